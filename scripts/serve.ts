import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';

/** A running static server. */
export interface Site {
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

/**
 * Serves a folder on 127.0.0.1 at `port`, or at the next free port when it is taken (0: any free one).
 * An unknown path gets the folder's 404.html with status 404.
 * @param headers sent with every file
 * @throws Error when 100 ports in a row are taken, or the port may not be used.
 */
export async function serve(
  directory: string,
  port: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const files = sirv(directory, {
    etag: true,
    setHeaders: (response, path) => {
      // Names under _astro and imdb carry a hash of their content, so they never change.
      const lasting = /^\/(_astro|imdb)\/.*[.-][\w-]{8,}\./.test(path);
      response.setHeader('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) =>
    files(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' });
      createReadStream(join(directory, '404.html'))
        .on('error', () => response.end('Not found'))
        .pipe(response);
    }),
  );
  for (let candidate = port; candidate <= port + 100; candidate++) {
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(true) : reject(error),
      );
      server.listen(candidate, '127.0.0.1', () => resolve(false));
    });
    server.removeAllListeners('error');
    if (taken) continue;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return {
      port: address.port,
      server,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  }
  throw new Error(`Ports ${port} to ${port + 100} are all taken: free one, or set PORT to another.`);
}
