// Builds what the browser loads into elearn/web/static/dist: hashed names, a manifest, Brotli and gzip beside each file.
//
// frontend/scss/*.scss (not _partials)  -> <name>.css
// frontend/js/*.js                      -> <name>.js, bundled ES modules sharing chunks
// frontend/img/*.svg                    -> <name>.svg
// frontend/icons.json (Lucide names)    -> sprite.svg
// the Latin subset of the typeface      -> jakarta.woff2
// A style sheet names another file as url("asset:<name>").

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = join(HERE, "node_modules");
const OUT = join(HERE, "..", "elearn", "web", "static", "dist");
const FONT = join(MODULES, "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2");
const BROWSERS = ["chrome90", "firefox90", "safari15"];

const files = {}; // name in templates -> name on disk
const written = new Set(["manifest.json"]);

async function emit(name, bytes) {
  const data = Buffer.from(bytes);
  const [stem, extension] = [name.replace(/\.[^.]+$/, ""), name.slice(name.lastIndexOf("."))];
  files[name] = `${stem}-${createHash("sha256").update(data).digest("hex").slice(0, 10)}${extension}`;
  await save(files[name], data);
}

async function save(diskName, data) {
  written.add(diskName);
  await writeFile(join(OUT, diskName), data);
  if (diskName.endsWith(".woff2")) return; // compressed already
  const brotli = await promisify(brotliCompress)(data, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
  });
  const zipped = await promisify(gzip)(data, { level: 9 });
  for (const [suffix, packed] of [[".br", brotli], [".gz", zipped]]) {
    written.add(diskName + suffix);
    await writeFile(join(OUT, diskName + suffix), packed);
  }
}

async function sources(folder, wanted) {
  return (await readdir(join(HERE, folder))).filter((name) => wanted.test(name)).sort();
}

const squeeze = (svg) => svg.replace(/<!--[\s\S]*?-->/g, "").replace(/\s+/g, " ").replace(/> </g, "><").trim();

async function images() {
  for (const name of await sources("img", /\.svg$/)) {
    await emit(name, squeeze(await readFile(join(HERE, "img", name), "utf8")));
  }
}

async function sprite() {
  const names = JSON.parse(await readFile(join(HERE, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = squeeze(await readFile(join(MODULES, "lucide-static/icons", `${name}.svg`), "utf8"));
      const shapes = svg.replace(/^<svg[^>]*>/, "").replace(/<\/svg>$/, "").replace(/ \/>/g, "/>");
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
    }),
  );
  await emit("sprite.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`); // drawn as .icon says
  return names;
}

async function styles() {
  for (const name of await sources("scss", /^[^_].*\.scss$/)) {
    const { css } = sass.compile(join(HERE, "scss", name), {
      loadPaths: [MODULES],
      style: "compressed",
      quietDeps: true,
      silenceDeprecations: ["import"], // Bootstrap 5.3 is written with @import
    });
    const linked = css.replace(/url\("?asset:([^")]+)"?\)/g, (_, asset) => {
      if (!files[asset]) throw new Error(`${name}: no asset named ${asset}`);
      return `url(${files[asset]})`;
    });
    const { code } = await esbuild.transform(linked, { loader: "css", minify: true, target: BROWSERS });
    await emit(name.replace(/\.scss$/, ".css"), code);
  }
}

async function scripts() {
  const names = await sources("js", /\.js$/);
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: names.map((name) => join(HERE, "js", name)),
    absWorkingDir: HERE,
    outdir: OUT,
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    legalComments: "none",
    target: BROWSERS,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) await save(basename(path), Buffer.from(contents));
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) files[basename(entryPoint)] = basename(path);
  }
}

async function removeStale() {
  for (const name of await readdir(OUT)) if (!written.has(name)) await rm(join(OUT, name), { recursive: true });
}

const began = Date.now();
await mkdir(OUT, { recursive: true });
await emit("jakarta.woff2", await readFile(FONT));
await images();
const icons = await sprite();
await Promise.all([styles(), scripts()]);
await writeFile(join(OUT, "manifest.json"), `${JSON.stringify({ files, icons }, null, 1)}\n`);
await removeStale(); // after the manifest: a page made meanwhile finds its files
console.log(`built ${written.size} files in ${((Date.now() - began) / 1000).toFixed(1)} s`);
