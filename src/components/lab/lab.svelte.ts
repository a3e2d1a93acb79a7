import type { Configuration } from '../../lib/engine/configuration.ts';
import type { TrainedModel } from '../../lib/engine/model.ts';
import type { Frame, Outcome, Restart } from '../../lib/engine/protocol.ts';
import type { KeptRun, Runs } from '../../lib/runs/run.ts';
import * as en from '../../messages/en.ts';
import type { ListedCell } from './listed-cell.ts';
import { advance, begin, goOn, isRunning, type RunView, reopen } from './run-view.ts';
import { configurationOf, DEFAULTS, type Refusal, readQuery, type Settings, writeQuery } from './settings.ts';

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
  /** Storage was refused. */
  unkept = $state(false);
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
      this.kept = await trainer.lastRun();
    } catch {
      // Storage refused: there is nothing to offer, and a run says so itself.
      this.unkept = true;
    }
  }

  /** Trains the settings from the start, or goes on with a kept run. */
  async train(kept?: KeptRun): Promise<void> {
    if (this.running) return;
    const from = kept?.checkpoint;
    const configuration = from?.configuration ?? this.configuration;
    const cell = this.#cellOf(configuration);
    this.trained = undefined;
    this.kept = undefined;
    this.unkept = false;
    this.run = kept === undefined ? begin(configuration) : goOn(kept);
    this.said = en.lab.live.started;
    this.#time();
    try {
      const trainer = await this.#connected();
      const outcome = await trainer.train(
        configuration,
        (event) => this.#hear(event),
        from === undefined ? {} : { from },
      );
      await this.#end(trainer, outcome, cell, configuration);
    } catch (error) {
      const message = messageOf(error);
      this.run = advance(this.run, { kind: 'failed', message });
      this.said = message;
    } finally {
      clearInterval(this.#clock);
    }
  }

  trainWithOtherSeed(): Promise<void> {
    this.change({ seed: (this.settings.seed + 1) % 2 ** 32 });
    return this.train();
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
    const { configuration, step, model } = kept.checkpoint;
    this.kept = undefined;
    this.seconds = undefined;
    this.run = reopen(kept);
    try {
      const trainer = await this.#connected();
      await trainer.restore(kept.checkpoint);
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

  #hear(event: Frame | Restart): void {
    if (this.run === undefined) return;
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
