/** What is never read: dependencies, build output, and files that are no text a person wrote. */

const DEPENDENCIES = new Set(
  'node_modules bower_components jspm_packages site-packages flow-typed .venv venv .yarn .pnpm-store vendored third_party third-party __pypackages__ .git .hg .svn'.split(
    ' ',
  ),
);
const OUTPUT = new Set(
  'dist .next .nuxt .output .svelte-kit .turbo .cache .parcel-cache .docusaurus __pycache__ .mypy_cache .pytest_cache .ruff_cache .tox .nox .eggs .gradle .terraform .serverless .vercel .netlify coverage htmlcov .schemalint-cache'.split(
    ' ',
  ),
);
/** Names that source folders have as well: skipped only where git does not list what belongs to the project. */
const MAYBE_OUTPUT = new Set('build out target bin obj env tmp temp vendor'.split(' '));

const BINARY = new Set(`
  png jpg jpeg gif bmp ico webp avif tif tiff heic psd ai eps svg pdf doc docx xls xlsx ppt pptx odt ods
  zip gz tgz bz2 xz zst 7z rar tar jar war whl egg deb rpm dmg iso woff woff2 ttf otf eot
  mp3 mp4 m4a m4v mov avi mkv webm wav ogg flac aac wasm so dll dylib exe o a lib obj class pyc pyo pyd node
  db sqlite sqlite3 mdb parquet arrow feather pickle pkl npy npz h5 onnx pt bin dat dump pack idx p12 pfx der crt cer pem key
  csv tsv ndjson jsonl log map po pot mo snap patch diff lock tsbuildinfo geojson ipynb`.split(/\s+/).filter(Boolean));
const LOCK_FILES = new Set('package-lock.json npm-shrinkwrap.json pnpm-lock.yaml go.sum bun.lockb'.split(' '));
const MINIFIED = /[.-](?:min|bundle|prod)\.(?:js|mjs|cjs|css)$|\.chunk\.js$/;

/** Whether a folder of this name is left out; `isListed` when git says what is in it. */
export function isSkippedFolder(name: string, isListed: boolean): boolean {
  return DEPENDENCIES.has(name) || OUTPUT.has(name) || (!isListed && MAYBE_OUTPUT.has(name));
}

/** Whether a path, relative to the root with `/`, is left out by its name alone. */
export function isSkippedPath(path: string, isListed: boolean): boolean {
  const parts = path.split('/');
  const name = parts.pop()!.toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return BINARY.has(extension) || LOCK_FILES.has(name) || MINIFIED.test(name) || parts.some((part) => isSkippedFolder(part, isListed));
}

const MEGABYTE = 1 << 20;
const CODE = /\.(?:py|pyi|[cm]?[jt]sx?|prisma)$/i;
const SQL = /\.(?:sql|pgsql|psql|ddl)$/i;

/** The size above which a file is not read: dumps are large, code that large is generated. */
export function sizeLimit(path: string): number {
  return SQL.test(path) ? 64 * MEGABYTE : MEGABYTE;
}

/** Whether a file is one that the linter parses, so that leaving it out must be said. */
export function isCode(path: string): boolean {
  return CODE.test(path) || SQL.test(path);
}
