/**
 * Makes docs/sarif-viewer.png: the findings in the example application as Microsoft's SARIF viewer shows them, in a headless
 * Chromium. What it needs is installed into a temporary folder; Chromium must be there (CHROMIUM names another path).
 *   npm run build && node scripts/sarif-viewer.mjs [FILE.png]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(browser)) throw new Error(`there is no ${browser}: install chromium, or give its path in CHROMIUM`);

const PACKAGES = ['@microsoft/sarif-web-component@0.6.0-29', 'react@16.14.0', 'react-dom@16.14.0', 'esbuild@0.28.2', 'playwright-core@1.56.1'];
/** The rules whose findings are unfolded. */
const SHOWN = ['duplicated-state', 'legacy-column'];
const SIZE = { width: 960, height: 1290 };
const PAGE = `
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import { Viewer } from '@microsoft/sarif-web-component';
import log from './log.json';
ReactDOM.render(<Viewer logs={[log]} hideBaseline filterState={{ Level: { value: ['error', 'warning'] } }} />, document.getElementById('app'));
`;

const target = resolve(process.argv[2] ?? 'docs/sarif-viewer.png');
const folder = mkdtempSync(join(tmpdir(), 'schemalint-viewer-'));
try {
  const inFolder = { cwd: folder, stdio: ['ignore', 2, 2] };
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], inFolder);
  // A copy outside of this repository, so that paths start where the application does.
  cpSync('fixtures/crm-sqlalchemy', join(folder, 'crm'), { recursive: true });
  execFileSync(process.execPath, ['dist/src/cli/main.js', 'check', join(folder, 'crm'), '--exit-zero', '--no-cache', `--output-format=sarif=${join(folder, 'log.json')}`], { stdio: ['ignore', 2, 2] });
  writeFileSync(join(folder, 'page.jsx'), PAGE);
  writeFileSync(join(folder, 'page.html'), '<!doctype html><meta charset="utf-8"><style>body { margin: 0 }</style><div id="app"></div><script src="page.js"></script>');
  execFileSync(join(folder, 'node_modules/.bin/esbuild'), ['page.jsx', '--bundle', '--outfile=page.js', '--define:process.env.NODE_ENV="production"', '--log-level=error'], inFolder);
  await photograph(createRequire(join(folder, 'package.json'))('playwright-core').chromium);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function photograph(chromium) {
  const running = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
  try {
    const page = await running.newPage({ viewport: SIZE });
    await page.goto(`file://${join(folder, 'page.html')}`);
    const group = (id) => page.locator('tr[aria-level="1"]', { hasText: `${id}:` });
    await group(SHOWN[0]).waitFor();
    for (const open of await page.locator('tr[aria-level="1"][aria-expanded="true"] .bolt-tree-expand-button').all()) await open.click();
    for (const id of SHOWN) await group(id).locator('.bolt-tree-expand-button').click();
    await page.mouse.wheel(0, -10_000);
    await page.mouse.move(0, 0);
    await page.waitForFunction(() => document.querySelector('#app').getBoundingClientRect().top >= 0);
    await page.screenshot({ path: target });
  } finally {
    await running.close();
  }
}
