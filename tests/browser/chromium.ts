import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where Chrome and Chromium are installed when they are not on the path. */
const USUAL = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];
const NAMES = ['google-chrome-stable', 'google-chrome', 'chrome', 'chromium', 'chromium-browser'];

function installed(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...candidates, ...USUAL].find((path) => existsSync(path));
}

/** Switches of the packaged Chromium that would hide a fault of ours: one process, no CSP, no isolation. */
const HIDING = /^--(headless|single-process|disable-web-security|disable-site-isolation-trials|no-zygote)/;

async function packaged(): Promise<{ executablePath: string; args: string[] }> {
  // Read when the module is loaded: it then unpacks and uses its own NSS libraries.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x';
  const { default: carried } = await import('@sparticuz/chromium');
  carried.setGraphicsMode = true;
  const args = carried.args.filter((arg) => !HIDING.test(arg) && !arg.includes('IsolateOrigins'));
  return { executablePath: await carried.executablePath(), args };
}

/** WebGL without a GPU, no sandbox as root (containers), and no look-ups of Chromium's own services. */
const SWITCHES = [
  '--no-sandbox',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Starts a Chromium: CHROME_PATH, else an installed one, else the one inside the package @sparticuz/chromium.
 * @throws Error that names the three ways, when there is none.
 */
export async function launch(extra: readonly string[] = []): Promise<Browser> {
  const given = process.env['CHROME_PATH'];
  if (given !== undefined && !existsSync(given))
    throw new Error(`CHROME_PATH is ${given}, and nothing is there: give the path of a Chrome or Chromium.`);
  const own = given ?? (process.env['UNROLLED_PACKAGED_CHROMIUM'] ? undefined : installed());
  try {
    if (own !== undefined)
      return await chromium.launch({ executablePath: own, args: [...SWITCHES, ...extra] });
    const { executablePath, args } = await packaged();
    return await chromium.launch({ executablePath, args: [...args, ...SWITCHES, ...extra] });
  } catch (error) {
    throw new Error(
      `No browser for the tests (${error}). Three ways: set CHROME_PATH to a Chrome or Chromium; install one; ` +
        'or run on Linux x64, where the package @sparticuz/chromium carries one.',
    );
  }
}
