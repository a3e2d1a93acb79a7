/** The longest that one answer may take. */
const MINUTES = 5;

/** @throws Error where the answer takes too long */
export async function within<T>(whose: string, answer: Promise<T>, minutes = MINUTES): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${whose} gave no answer within ${minutes} minutes`)),
      minutes * 60_000,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
