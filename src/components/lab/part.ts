import * as en from '../../messages/en.ts';

/**
 * A part of the page's script that comes when it is first needed.
 *
 * @throws Error whose message a reader can act on, where the browser would only name a file
 */
export async function part<T>(coming: Promise<T>): Promise<T> {
  try {
    return await coming;
  } catch (fault) {
    throw new Error(en.lab.partMissing, { cause: fault });
  }
}
