/** The results as Markdown. */
const STAGES = ['extract', 'link', 'check'];

/** Rows of one project: what ran, how long (least and middle), where, and how that compares with the floor. */
export function table(projects) {
  const rows = projects.flatMap(({ name, files, bytes, results }) => results.map(([what, one], i) => [
    ...(i === 0 ? [name, files.toLocaleString('en'), (bytes / 1e6).toFixed(1)] : ['', '', '']),
    what, `${seconds(one.least)} / ${seconds(one.wall)}`, ...STAGES.map((stage) => seconds(one.stages[stage])), seconds(one.cpu), megabytes(one.peak), `${(one.wall / results[0][1].wall).toFixed(1)} x`,
  ]));
  return markdown(['Project', 'Files', 'MB', 'Run', 'Least / median', 'Extract', 'Link', 'Check', 'Processor', 'Peak', 'To floor'], rows);
}

/** How time and memory grow from each size of a project to the next. */
export function growthTable(projects) {
  const rows = [];
  for (const kind of new Set(projects.map((project) => project.kind).filter(Boolean))) {
    const sizes = projects.filter((project) => project.kind === kind).sort((a, b) => a.files - b.files);
    for (let i = 1; i < sizes.length; i++) {
      const [from, to] = [sizes[i - 1], sizes[i]];
      for (const run of ['cold', 'hook, code changed']) {
        const [before, after] = [from, to].map(({ results }) => results.find(([what]) => what === run)[1]);
        rows.push([kind, `${from.files.toLocaleString('en')} to ${to.files.toLocaleString('en')}`, run, times(to.bytes, from.bytes), times(after.wall, before.wall), times(after.peak, before.peak)]);
      }
    }
  }
  return rows.length === 0 ? '' : markdown(['Project', 'Files', 'Run', 'Bytes', 'Time', 'Memory'], rows);
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((name) => (['Project', 'Run'].includes(name) ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const seconds = (milliseconds) => (milliseconds === null || milliseconds === undefined ? '' : `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 1)} s`);
const megabytes = (bytes) => (bytes === null ? '' : `${(bytes / (1 << 20)).toFixed(0)} MB`);
const times = (after, before) => (after === null || before === null ? '' : `${(after / before).toFixed(1)} x`);
