import type { Configuration } from '../../lib/engine/configuration.ts';
import { modelOf, type TrainedModel } from '../../lib/engine/model.ts';
import type { Checkpoint, EngineName, Forecast, Frame, Outcome } from '../../lib/engine/protocol.ts';
import type { KeptRun, Runs } from '../../lib/runs/run.ts';
import * as en from '../../messages/en.ts';
import type { ListedCell } from './listed-cell.ts';
import { advance, begin, goBackTo, goOn, isRunning, type RunView, reopen } from './run-view.ts';
import { configurationOf, DEFAULTS, type Refusal, readQuery, type Settings, writeQuery } from './settings.ts';
import { slowerThan } from './slower.ts';

/** A model that can be asked: weights in the worker and here, and the run that they come from. */
export interface Trained {
  readonly model: TrainedModel;
  readonly cell: ListedCell;
  readonly configuration: Configuration;
  /** Batches it was trained for. */
  readonly step: number;
}

/** The lab's lived state: settings, the run, what it left. The components only show it and press its buttons. */
export class Lab {
  readonly cells: readonly ListedCell[];
  settings = $state.raw(DEFAULTS);
  /** What the address asked for and no run takes. */
  refused = $state.raw<readonly Refusal[]>([]);
  /** The settings that a reset replaced. */
  beforeReset = $state.raw<Settings>();
  run = $state.raw<RunView>();
  /** What the run has taken so far, whole seconds; undefined for one of an earlier visit, which was timed then. */
  seconds = $state<number>();
  trained = $state.raw<Trained>();
  /** A run that this browser kept from an earlier visit. */
  kept = $state.raw<KeptRun>();
  /** Runs of an earlier version of the site, which this one can't go on with. */
  dropped = $state(0);
  /** Storage was refused. */
  unkept = $state(false);
  /** The engine that the reader chose; undefined lets the page find the fastest. */
  engine = $state<EngineName>();
  /** What the settings' run would take; undefined until the engine was asked. */
  forecast = $state.raw<Forecast>();
  /** What a screen reader is told: the run's milestones, never each batch. */
  said = $state('');

  readonly cell = $derived.by(() => this.#cell(this.settings.cell));
  readonly configuration = $derived.by(() => configurationOf(this.settings, this.cell));

  /** The cell of the run that is shown. */
  readonly trainedCell = $derived.by(() =>
    this.run === undefined ? this.cell : this.#cellOf(this.run.configuration),
  );
  readonly keptCell = $derived.by(() =>
    this.kept === undefined ? undefined : this.#cellOf(this.kept.record.configuration),
  );

  readonly #connect: (unkept: () => void) => Promise<Runs>;
  #trainer: Promise<Runs> | undefined;
  /** The run's last good state, from which it can go on at a lower rate. */
  #good: Checkpoint | undefined;
  #warm = false;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(cells: readonly ListedCell[], connect: (unkept: () => void) => Promise<Runs>) {
    this.cells = cells;
    this.#connect = connect;
  }

  get running(): boolean {
    return isRunning(this.run);
  }

  /** Takes the settings out of an address's query. */
  open(query: string): void {
    const { settings, refused } = readQuery(new URLSearchParams(query), this.cells);
    this.settings = settings;
    this.refused = refused;
  }

  change(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    this.beforeReset = undefined;
    this.refused = [];
    void this.#foresee();
  }

  reset(): void {
    this.beforeReset = this.settings;
    this.settings = DEFAULTS;
    this.refused = [];
  }

  undoReset(): void {
    if (this.beforeReset !== undefined) this.settings = this.beforeReset;
    this.beforeReset = undefined;
  }

  /** The present address with these settings in it; parameters of others stay. */
  address(query: string): string {
    const all = new URLSearchParams(query);
    for (const setting of Object.keys(DEFAULTS)) all.delete(setting);
    for (const [setting, value] of new URLSearchParams(writeQuery(this.settings))) all.set(setting, value);
    return all.toString();
  }

  /** Looks for a run that was kept. */
  async look(): Promise<void> {
    try {
      const trainer = await this.#connected();
      const { run, dropped } = await trainer.lastRun();
      this.kept = run;
      this.dropped = dropped;
    } catch {
      // Storage refused: there is nothing to offer, and a run says so itself.
      this.unkept = true;
    }
  }

  /** Starts the engine, so that the press that follows finds it ready; and asks what the run would take. */
  async warmUp(): Promise<void> {
    if (this.#warm || this.running) return;
    this.#warm = true;
    try {
      const trainer = await this.#connected();
      await trainer.prepare();
      await this.#foresee();
    } catch {
      // The press meets it again, and says it.
      this.#warm = false;
    }
  }

  /** Trains with an engine of the reader's choice; undefined lets the page find the fastest. A run moves at once. */
  async choose(engine: EngineName | undefined): Promise<void> {
    this.engine = engine;
    if (!this.running) return;
    const trainer = await this.#connected();
    // A run that has just ended needs no other engine.
    await trainer.choose(engine).catch(() => undefined);
  }

  /** Trains the settings from the start, or goes on with a kept run. */
  async train(kept?: KeptRun): Promise<void> {
    if (this.running) return;
    if (kept === undefined) await this.#run(begin(this.configuration));
    else await this.#run(goOn(kept), kept.checkpoint);
  }

  trainWithOtherSeed(): Promise<void> {
    this.change({ seed: (this.settings.seed + 1) % 2 ** 32 });
    return this.train();
  }

  /** Goes on from the last good state of a run that diverged, at a tenth of the rate. */
  async trainSlower(): Promise<void> {
    if (this.running || this.run === undefined) return;
    const { configuration } = this.run;
    const slower = { ...configuration, rate: slowerThan(configuration.rate) };
    const from = this.#good && { ...this.#good, configuration: slower };
    await this.#run(goBackTo(this.run, from?.step ?? 0, slower), from);
  }

  async #run(view: RunView, from?: Checkpoint): Promise<void> {
    const { configuration } = view;
    const cell = this.#cellOf(configuration);
    this.trained = undefined;
    this.kept = undefined;
    this.dropped = 0;
    this.unkept = false;
    this.#good = from;
    this.run = view;
    this.said = en.lab.live.started;
    this.#time();
    try {
      const trainer = await this.#connected();
      const { engine } = this;
      const outcome = await trainer.train(configuration, (event) => this.#hear(event), {
        ...(from === undefined ? {} : { from }),
        ...(engine === undefined ? {} : { engine }),
      });
      await this.#end(trainer, outcome, cell, configuration);
    } catch (error) {
      const message = messageOf(error);
      this.run = advance(this.run ?? view, { kind: 'failed', message });
      this.said = message;
    } finally {
      clearInterval(this.#clock);
    }
  }

  async stop(): Promise<void> {
    if (this.run === undefined || !this.running) return;
    this.run = advance(this.run, { kind: 'stopping' });
    const trainer = await this.#connected();
    await trainer.stop();
  }

  /** Puts the kept run's weights in place without training on. */
  async openKept(): Promise<void> {
    if (this.kept === undefined) return;
    const kept = this.kept;
    const { configuration, step, weights } = kept.checkpoint;
    this.kept = undefined;
    this.seconds = undefined;
    this.run = reopen(kept);
    try {
      const trainer = await this.#connected();
      await trainer.restore(kept.checkpoint);
      const model = modelOf(configuration, weights);
      this.trained = { model, cell: this.#cellOf(configuration), configuration, step };
    } catch (error) {
      this.run = advance(this.run, { kind: 'failed', message: messageOf(error) });
    }
  }

  async discardKept(): Promise<void> {
    this.kept = undefined;
    this.said = en.lab.last.discarded;
    const trainer = await this.#connected();
    await trainer.discard();
  }

  async predict(text: string) {
    const trainer = await this.#connected();
    return trainer.predict(text);
  }

  close(): void {
    clearInterval(this.#clock);
    void this.#trainer?.then((trainer) => trainer.dispose());
  }

  /** What the settings' run would take, as soon as the engine is there to say it. */
  async #foresee(): Promise<void> {
    this.forecast = undefined;
    if (!this.#warm) return;
    const asked = this.configuration;
    const trainer = await this.#connected();
    const forecast = await trainer.forecast(asked).catch(() => undefined);
    if (this.configuration === asked) this.forecast = forecast;
  }

  #connected(): Promise<Runs> {
    const unkept = () => {
      this.unkept = true;
    };
    this.#trainer ??= this.#connect(unkept).catch((error: unknown) => {
      // The next press tries again: what failed to load may load then.
      this.#trainer = undefined;
      throw error;
    });
    return this.#trainer;
  }

  #hear(event: Frame): void {
    if (this.run === undefined) return;
    if (event.kind === 'checkpoint') this.#good = event.checkpoint;
    this.run = advance(this.run, event);
    if (event.kind === 'epoch') {
      const { loss, accuracy } = event.validation;
      this.said = en.lab.live.epoch(event.epoch, this.run.configuration.epochs, loss, accuracy);
    }
    if (event.kind === 'restarted') this.said = en.lab.engine.restarted(event.why, event.at, event.from);
  }

  async #end(trainer: Runs, outcome: Outcome, cell: ListedCell, configuration: Configuration): Promise<void> {
    if (outcome.kind === 'cancelled') {
      this.run = undefined;
      this.said = en.lab.live.cancelled;
      return this.look();
    }
    if (outcome.kind !== 'diverged') {
      const model = await trainer.weights();
      this.trained = { model, cell, configuration, step: outcome.step };
      this.said = en.lab.live.ended(outcome.test.accuracy, outcome.test.reviews);
    }
    if (this.run !== undefined) this.run = advance(this.run, { kind: 'outcome', outcome });
  }

  #time(): void {
    clearInterval(this.#clock);
    const begun = Date.now();
    this.seconds = 0;
    this.#clock = setInterval(() => {
      this.seconds = Math.round((Date.now() - begun) / 1000);
    }, 1000);
  }

  #cell(id: string): ListedCell {
    const cell = this.cells.find((known) => known.id === id) ?? this.cells[0];
    if (cell === undefined) throw new Error('The lab was given no cells.');
    return cell;
  }

  /** The cell of the list with a run's equations; a run from elsewhere keeps its equations and has no roles. */
  #cellOf({ equations, starts }: Configuration): ListedCell {
    const known = this.cells.find((cell) => cell.equations === equations);
    return (
      known ?? {
        id: '',
        name: en.lab.ownCell,
        equations,
        initial: Object.fromEntries(starts),
        roles: {},
        shapes: [],
      }
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
