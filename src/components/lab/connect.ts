import { createTrainer } from '../../lib/engine/client.ts';
import { keepRuns, type Runs } from '../../lib/runs/run.ts';
import { browserStore } from '../../lib/runs/store.ts';

/**
 * The engine's side, ready to be asked; its worker starts with the first question.
 *
 * @param pack address of the data pack's manifest
 * @param unkept told when the browser refuses to keep a run
 */
export async function connect(pack: string, unkept: () => void): Promise<Runs> {
  return keepRuns(createTrainer({ pack }), browserStore(), unkept);
}
