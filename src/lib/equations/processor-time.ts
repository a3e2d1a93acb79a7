/**
 * Milliseconds of the processor that some work takes on this thread: for tests that a text can't make the page hang.
 * Unlike the clock's, they don't grow when the machine has other things to do.
 */
export function processorTime(work: () => unknown): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1000;
}
