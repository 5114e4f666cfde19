import { settingsOf } from '../../lint/settings.js';
import type { Io } from '../io.js';
import { setUp, type CommonFlags } from '../setup.js';

/** Lists the rules with what holds for them here. */
export async function rules(flags: CommonFlags & { readonly json?: boolean }, io: Io): Promise<number> {
  const { job, allRules } = await setUp(flags, io, false);
  const rows = allRules.map((rule) => {
    const { level } = settingsOf(rule, job.config).at('', null);
    return {
      id: rule.id,
      level: level === 'on' || level === 'off' ? rule.level : level,
      precision: rule.precision,
      state: level === 'off' ? 'off' : 'on',
      summary: rule.summary,
    };
  });
  if (flags.json) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    const width = (key: 'id' | 'level' | 'precision') => Math.max(...rows.map((row) => row[key].length));
    io.stdout.write(
      rows
        .map(
          (row) =>
            `${row.id.padEnd(width('id'))}  ${row.state.padEnd(3)}  ${row.level.padEnd(width('level'))}  ${row.precision.padEnd(width('precision'))}  ${row.summary}\n`,
        )
        .join(''),
    );
  }
  return 0;
}
