/** Text of one file → its facts. Knows syntax and nothing else: no configuration, no other file, no path but its name's ending. */
import type { FileFacts, Language, Problem } from './facts/file.js';
import { makeSpan } from './facts/span.js';
import { connectionCode } from './syntax/connection-file.js';
import { downParts } from './syntax/down-parts.js';
import { pageOf } from './syntax/pages.js';
import { parsePrisma } from './syntax/prisma.js';
import { loadPython } from './syntax/python.js';
import { settingsOf } from './syntax/settings.js';
import type { SqlSyntax } from './syntax/sql.js';
import type { ParsedCode } from './syntax/source.js';
import { suppressionsOf } from './syntax/suppressions.js';
import { wordsOf } from './syntax/words.js';

/** The language a path is read as; `text` files only give their words. */
export function languageOf(path: string): Language {
  if (/\.pyi?$/i.test(path)) return 'python';
  if (/\.[cm]?[jt]sx?$/i.test(path) && !/\.d\.[cm]?ts$/i.test(path)) return 'typescript';
  if (/\.(sql|pgsql|psql|ddl)$/i.test(path)) return 'sql';
  return /\.prisma$/i.test(path) ? 'prisma' : 'text';
}

export type Extract = (path: string, text: string) => FileFacts;

/** Loads the parsers that the languages need, each once, and returns the extraction of one file. It never throws. */
export async function loadExtract(languages: ReadonlySet<Language>): Promise<Extract> {
  const needsCode = languages.has('python') || languages.has('typescript');
  const python = languages.has('python') ? await loadPython() : null;
  const script = languages.has('typescript') ? await (await import('./syntax/typescript.js')).loadTypeScript() : null;
  const sqlModule = needsCode || languages.has('sql') ? await import('./syntax/sql.js') : null;
  const sql = sqlModule ? await sqlModule.loadSqlSyntax() : null;
  return (path, text) => {
    try {
      switch (languageOf(path)) {
        case 'python': return codeFacts('python', python!(text), text, sqlModule!, sql!);
        case 'typescript': return codeFacts('typescript', script!(text, path.slice(path.lastIndexOf('/') + 1)), text, sqlModule!, sql!);
        case 'sql': {
          const parsed = sql!.parseSqlFile(text);
          const down = downParts(parsed.comments);
          return {
            language: 'sql',
            sql: parsed.statements,
            ...(down.length ? { down } : {}),
            suppressions: suppressionsOf(parsed.comments, text),
            problems: parsed.problems,
          };
        }
        case 'prisma': {
          const parsed = parsePrisma(text);
          return { language: 'prisma', prisma: parsed.blocks, suppressions: suppressionsOf(parsed.comments, text), problems: parsed.problems };
        }
        case 'text': {
          const made = pageOf(path, text);
          return made ? { ...textFacts(path, made.rest), page: made.page } : textFacts(path, text);
        }
      }
    } catch (error) {
      // A parser that fails on a file costs that file, never the run.
      return failed(languageOf(path), text, error);
    }
  };
}

function codeFacts(
  language: 'python' | 'typescript',
  parsed: ParsedCode,
  text: string,
  strings: Pick<typeof import('./syntax/sql.js'), 'sqlStringsIn' | 'sqlPartsIn'>,
  sql: SqlSyntax,
): FileFacts {
  if (parsed.problems.length > 0 && TEMPLATE[language].test(text)) return { language: 'text', words: wordsOf(text), suppressions: [], problems: [] };
  const unreadSql: number[] = [];
  const sqlStrings = MAY_HOLD_SQL.test(text) ? strings.sqlStringsIn(parsed.code, text, sql, unreadSql) : [];
  // Parts of statements stand beside the statement, or in a helper that puts parameters into them.
  const sqlParts = sqlStrings.length > 0 || MAY_BIND.test(text) ? strings.sqlPartsIn(parsed.code, text, sql, sqlStrings) : [];
  return {
    language,
    code: parsed.code,
    ...(sqlStrings.length ? { sqlStrings } : {}),
    ...(sqlParts.length ? { sqlParts } : {}),
    ...(unreadSql.length ? { unreadSql } : {}),
    suppressions: suppressionsOf(parsed.comments, text),
    problems: parsed.problems,
  };
}
/** What a code generator's template has and code has not: it is no broken file, and tells no more than its words. In JSX `{{` is code. */
const TEMPLATE = {
  python: /\{%[-+~]?\s*\w|\{\{[-~]?\s*[\w.]+(\s*\|[^}\n]{0,200})?\s*[-~]?\}\}|<%[=-]?\s/,
  typescript: /\{%[-+~]?\s*\w|<%[=-]?\s/,
};
const MAY_HOLD_SQL =
  /\b(select|insert\s+into|update|delete\s+from|(create|alter|drop)\s+(unique\s+|or\s+replace\s+)?(table|index|type|domain|view|materialized|function|procedure|trigger|policy|schema|extension)|comment\s+on|truncate|merge\s+into|with)\b/i;
/** A condition or an assignment with a parameter: `` `${column} = $${index}` ``, `"AND status = %s"`. */
const MAY_BIND = /(?:[=<>]|\b(?:i?like|in|any))\s*\(?\s*(?:\$\$\{|\$\d|\$['"`]\s*\+|%s\b|\?['"`])/i;

/** The facts of a file that is read for its words alone. */
export function textFacts(path: string, text: string): FileFacts {
  const settings = settingsOf(path, text);
  const code = connectionCode(path, text);
  if (code) return { language: 'typescript', code, words: wordsOf(text), suppressions: [], problems: [] };
  return {
    language: 'text',
    words: settings || isOfTool(path) || isReport(text) ? [] : wordsOf(text),
    ...(settings ? { settings } : {}),
    suppressions: [],
    problems: [],
  };
}

/** What sets up a tool, this one too (`.pre-commit-config.yaml`, `pyproject.toml`): the application never loads it. */
function isOfTool(path: string): boolean {
  return /(^|\/)(\.[^/]+\.(ya?ml|json|toml)|pyproject\.toml|schemalint\.config\.[^/]+)$/i.test(path);
}

/** A report or baseline of ours, whatever it is called: what it says of columns must not keep them from being reported again. */
function isReport(text: string): boolean {
  return REPORT_HEAD.test(text.slice(0, REPORT_EDGE)) || REPORT_END.test(text.slice(-REPORT_EDGE));
}
/** Characters at either end of a report that show what it is. */
const REPORT_EDGE = 2000;
const REPORT_END = /^Read \d+ files?(, \d+ not)?; \d+ tables?, \d+ columns?; uses decided for \d/m;
const REPORT_HEAD =
  /^\{\s*"formatVersion": 1,\s*"(tool|findings)"|"name": "schemalint"|<testsuites? name="schemalint"|<title>schemalint|"check_name": "[a-z-]+",\s*"fingerprint"/;

function failed(language: Language, text: string, error: unknown): FileFacts {
  const message =
    error instanceof RangeError
      ? 'The file is nested too deeply to be read'
      : `The file could not be read (${error instanceof Error ? error.message : String(error)})`;
  const problem: Problem = { kind: 'unreadable', message, at: makeSpan(0, Math.min(1, text.length)) };
  return { language, words: wordsOf(text), suppressions: [], problems: [problem] };
}
