// Writes the bill of materials of one image, CycloneDX 1.5. What was linked
// statically leaves no file for a scanner to find, so it is taken from what the
// build says about itself:
//
//   --map=FILE      a linker's map: the archives of which members were linked,
//                   and by them the objects of ours that went in
//   --build=DIR     the build folder: which headers those objects were made from
//   --file=FILE     a file of a Debian package that is in the image as it is
//   --unpacked=DIR  the same for a package that was unpacked there
//   --npm=FILE      package-lock.json: what of it ends up in the page
//
// and --image=NAME --version=V --commit=C --out=FILE. Options but the last four
// may be repeated.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
const DPKG_BATCH = 500;
// Declarations of the kernel's interface; no code of it is in a binary.
const NO_CODE = new Set(["linux-libc-dev"]);

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
}

// ---- what was linked ----

// The input files of a map: archives with a member in it, and objects.
export function inputsOf(map) {
  const archives = new Set();
  const objects = new Set();
  for (const [, archive, object] of map.matchAll(/(\S+\.a)\([^)]*\)|(\S+\.o):?\(/g)) {
    if (archive) archives.add(archive);
    else if (object.includes("CMakeFiles/")) objects.add(object);
  }
  return { archives: [...archives], objects: [...objects] };
}

// Headers by object, from `ninja -t deps`.
export function headersByObject(report) {
  const headers = new Map();
  let current;
  for (const line of report.split("\n")) {
    const object = /^(\S.*): #deps/.exec(line);
    if (object) {
      current = [];
      headers.set(object[1], current);
    } else if (line.startsWith("    ")) {
      current?.push(line.trim());
    }
  }
  return headers;
}

// Headers outside the project that the objects behind `inputs` were made from.
function headersOf(inputs, build) {
  const report = headersByObject(run("ninja", ["-C", build, "-t", "deps"]));
  const folders = inputs.archives.map((one) => `CMakeFiles/${basename(one, ".a").slice(3)}.dir/`);
  const found = new Set();
  for (const [object, headers] of report) {
    const linked =
      inputs.objects.includes(object) || folders.some((folder) => object.includes(folder));
    for (const header of linked ? headers : []) {
      if (header.startsWith("/usr/")) found.add(resolve(header));
    }
  }
  return [...found];
}

// ---- which packages that is ----

// Packages of Debian by file. Throws if a file is of none: a bill with a gap is
// worse than none.
function packagesOf(files) {
  const owners = new Map();
  for (let at = 0; at < files.length; at += DPKG_BATCH) {
    const batch = files.slice(at, at + DPKG_BATCH);
    for (const [file, owner] of ownersOf(batch)) owners.set(file, owner);
  }
  const orphans = files.filter((file) => !owners.has(file));
  if (orphans.length > 0) throw new Error(`no package has ${orphans.slice(0, 3).join(", ")}`);
  return owners;
}

function ownersOf(files) {
  // A merged /usr: dpkg may know /lib/x for what is /usr/lib/x.
  const names = new Map();
  for (const file of files) {
    for (const name of [file, file.replace(/^\/usr\//, "/"), realpathSync(file)]) {
      if (!names.has(name)) names.set(name, file);
    }
  }
  const owners = [];
  for (const line of searchDpkg([...names.keys()]).split("\n")) {
    const found = /^([^:, ]+)(?::\w+)?: (\/.*)$/.exec(line);
    if (found) owners.push([names.get(found[2]), found[1]]);
  }
  return owners;
}

// Exit code 1 says that some name has no owner, which is expected of one form.
function searchDpkg(names) {
  try {
    return run("dpkg", ["-S", ...names]);
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

function debianComponent({ name, version, architecture, source, sourceVersion }, parts) {
  const upstream = sourceVersion === version ? source : `${source}@${sourceVersion}`;
  const purl =
    `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}` +
    `?arch=${architecture}&distro=debian-12&upstream=${encodeURIComponent(upstream)}`;
  return component(purl, name, version, parts);
}

function component(purl, name, version, parts) {
  const properties = parts.map((value) => ({ name: "triad:part", value }));
  return { type: "library", "bom-ref": purl, name, version, purl, properties };
}

// Of headers by the hundred it says enough that they are headers.
function partOf(file) {
  if (/\.(a|so[.\d]*)$/.test(file)) return basename(file);
  return file.endsWith(".crt") ? "certificates" : "headers";
}

// Components of installed packages; `owners` is package by file.
function installedComponents(owners) {
  const parts = new Map();
  for (const [file, owner] of owners) {
    if (NO_CODE.has(owner)) continue;
    if (!parts.has(owner)) parts.set(owner, new Set());
    parts.get(owner).add(partOf(file));
  }
  const format =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own form
    "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n";
  if (parts.size === 0) return [];
  const table = run("dpkg-query", ["-W", `-f=${format}`, ...parts.keys()]);
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [name, version, architecture, source, sourceVersion] = line.split("\t");
      const fields = { name, version, architecture, source, sourceVersion };
      return debianComponent(fields, [...parts.get(name)].sort());
    });
}

// An archive that ./dev made from Debian's source; `source` beside its lib/ says
// of which.
function isOwnMade(archive) {
  return existsSync(join(dirname(dirname(archive)), "source"));
}

function ownMadeComponent(archive) {
  const [name, version] = readFileSync(join(dirname(dirname(archive)), "source"), "utf8")
    .trim()
    .split(" ");
  const fields = { name, version, architecture: "source", source: name, sourceVersion: version };
  return debianComponent(fields, [basename(archive)]);
}

// A package that was unpacked with its DEBIAN/control, not installed.
function unpackedComponent(directory) {
  const control = readFileSync(join(directory, "DEBIAN/control"), "utf8");
  const field = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(control)?.[1];
  const [source, sourceVersion] = (field("Source") ?? field("Package")).split(/[ ()]+/);
  return debianComponent(
    {
      name: field("Package"),
      version: field("Version"),
      architecture: field("Architecture"),
      source,
      sourceVersion: sourceVersion || field("Version"),
    },
    ["files"],
  );
}

// What of a lock file is more than a tool of the build.
export function npmComponents(lock) {
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== "" && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      const purl = `pkg:npm/${name.replace("@", "%40")}@${entry.version}`;
      return component(purl, name, entry.version, ["bundled into the page"]);
    });
}

// ---- the document ----

function componentsOf({ map, build, file, unpacked, npm }) {
  const files = new Set(file);
  const made = new Set();
  for (const one of map) {
    const inputs = inputsOf(readFileSync(one, "utf8"));
    for (const archive of inputs.archives) {
      if (!archive.startsWith("/")) continue; // ours
      if (isOwnMade(archive)) made.add(archive);
      else files.add(archive);
    }
    for (const header of headersOf(inputs, build)) files.add(header);
  }
  return [
    ...installedComponents(packagesOf([...files])),
    ...[...made].map(ownMadeComponent),
    ...unpacked.map(unpackedComponent),
    ...npm.flatMap((one) => npmComponents(JSON.parse(readFileSync(one, "utf8")))),
  ].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

export function documentOf({ image, version, commit }, components) {
  const subject = `pkg:oci/${image}@${commit}`;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      tools: {
        components: [{ type: "application", name: "triad tools/images/sbom.mjs", version }],
      },
      component: {
        type: "container",
        "bom-ref": subject,
        name: `triad/${image}`,
        version,
        properties: [{ name: "triad:commit", value: commit }],
      },
    },
    components,
    dependencies: [
      { ref: subject, dependsOn: components.map((one) => one["bom-ref"]) },
      ...components.map((one) => ({ ref: one["bom-ref"] })),
    ],
  };
}

function main() {
  const many = { type: "string", multiple: true, default: [] };
  const one = { type: "string" };
  const { values } = parseArgs({
    options: {
      map: many,
      file: many,
      unpacked: many,
      npm: many,
      build: one,
      image: one,
      version: one,
      commit: one,
      out: one,
    },
  });
  const document = documentOf(values, componentsOf(values));
  writeFileSync(values.out, `${JSON.stringify(document, null, 2)}\n`);
}

// Any Node will do, also one that does not know import.meta.filename.
if (process.argv[1] === fileURLToPath(import.meta.url)) main();
