import type { Dialect, DialectApi } from '../dialects/dialect.js';
import type { NewFlags } from './narrow.js';
import type { ModuleRef } from './program.js';

type Language = ModuleRef['language'];

/** What the dialects say of code, asked for with every step. */
export class Hooks {
  /** See `Dialect.newFlags`. */
  readonly newFlags: NewFlags;
  /** The dialects that have each hook. */
  private readonly having: Readonly<Record<Language, Partial<Record<keyof DialectApi, readonly DialectApi[]>>>> = { python: {}, typescript: {} };

  constructor(readonly dialects: readonly Dialect[]) {
    this.newFlags = new Map(dialects.flatMap((dialect) => Object.entries(dialect.newFlags ?? {})));
  }

  /** The dialect of that id, if it has a say. */
  named(id: string): Dialect | undefined {
    return this.dialects.find((dialect) => dialect.id === id);
  }

  /** The dialects of a language that have this hook. */
  of(hook: keyof DialectApi, language: Language): readonly DialectApi[] {
    return (this.having[language][hook] ??= this.dialects.flatMap((dialect) => (dialect.api?.[hook] && speaks(dialect, language) ? [dialect.api] : [])));
  }

  /** Asks them, in turn; the first answer counts. */
  ask<T>(hook: keyof DialectApi, language: Language, question: (api: DialectApi) => T | undefined): T | undefined {
    for (const api of this.of(hook, language)) {
      const answer = question(api);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

/** Whether a dialect has anything to say of code in a language: Prisma's client is TypeScript, SQL is sent from anywhere. */
function speaks(dialect: Dialect, language: Language): boolean {
  return dialect.language === language || dialect.language === 'sql' || (dialect.language === 'prisma' && language === 'typescript');
}
