import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Configuration } from '../engine/configuration.ts';
import type { Checkpoint, Ended, Frame } from '../engine/protocol.ts';

/** What a run's curve is drawn from. */
export type CurveEvent = Extract<Frame, { kind: 'engine' | 'batch' | 'epoch' | 'diverged' | 'restarted' }>;

/** A run as it is kept. */
export interface RunRecord {
  readonly id: string;
  /** When it last changed. */
  readonly at: Date;
  readonly configuration: Configuration;
  readonly status: 'running' | 'failed' | Ended['kind'];
  readonly curve: readonly CurveEvent[];
  /** The newest state; absent before the first. */
  readonly checkpoint: Checkpoint | undefined;
  readonly outcome: Ended | undefined;
}

/** Runs by id. Every call rejects where the browser refuses storage or has no room. */
export interface RunStore {
  /** Newest first. */
  list(): Promise<RunRecord[]>;
  put(record: RunRecord): Promise<void>;
  delete(id: string): Promise<void>;
}

/** Older runs make room: with 20,000 reviews' vocabulary and 512-wide words, a state has up to 60 MB. */
const MOST_RUNS = 5;

interface Schema extends DBSchema {
  runs: { key: string; value: RunRecord; indexes: { at: Date } };
}

/** The browser's own store (IndexedDB), opened at the first call and again after a failure. */
export function browserStore(): RunStore {
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  const database = (): Promise<IDBPDatabase<Schema>> => {
    opened ??= openDB<Schema>('unrolled', 1, {
      upgrade(fresh) {
        fresh.createObjectStore('runs', { keyPath: 'id' }).createIndex('at', 'at');
      },
      // Another tab wants a newer version: it gets it, and this one opens anew when it next needs it.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        opened = undefined;
      },
      terminated() {
        opened = undefined;
      },
    }).catch((fault: unknown) => {
      opened = undefined;
      throw fault;
    });
    return opened;
  };
  return {
    async list() {
      const oldestFirst = await (await database()).getAllFromIndex('runs', 'at');
      return oldestFirst.reverse();
    },
    async put(record) {
      const writing = (await database()).transaction('runs', 'readwrite');
      await writing.store.put(record);
      const keys = await writing.store.index('at').getAllKeys();
      for (const old of keys.slice(0, -MOST_RUNS)) await writing.store.delete(old);
      await writing.done;
    },
    async delete(id) {
      await (await database()).delete('runs', id);
    },
  };
}
