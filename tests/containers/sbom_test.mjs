// The bill of materials: how it is read out of a build, and what it looks like.
import assert from "node:assert/strict";
import { test } from "node:test";
import { documentOf, headersByObject, inputsOf, npmComponents } from "../../tools/images/sbom.mjs";
import { assertCycloneDx } from "./cyclonedx.mjs";

test("archives and our objects are read out of a linker's map, each once", () => {
  const map = [
    "        VMA       Size Align Out     In      Symbol",
    "      85d90         4     1         services/config/CMakeFiles/triad-config.dir/main.cc.o:(.text)",
    "      85d94         4     1         /usr/lib/x86_64-linux-gnu/libgrpc.a(call.cc.o):(.text)",
    "      85d98         4     1         /usr/lib/x86_64-linux-gnu/libgrpc.a(slice.cc.o):(.data)",
    "      85d9c         4     1         lib/libtriad_base.a(clock.cc.o):(.text)",
    "      85da0         4     1         /usr/lib/gcc/x86_64-linux-gnu/12/crtbeginS.o:(.text)",
  ].join("\n");
  assert.deepEqual(inputsOf(map), {
    archives: ["/usr/lib/x86_64-linux-gnu/libgrpc.a", "lib/libtriad_base.a"],
    objects: ["services/config/CMakeFiles/triad-config.dir/main.cc.o"],
  });
});

test("headers are read out of what ninja remembers", () => {
  const report = [
    "a/b.dir/one.cc.o: #deps 2, deps mtime 1 (VALID)",
    "    /usr/include/zlib.h",
    "    ../../a/one.h",
    "",
    "a/b.dir/two.cc.o: #deps 0, deps mtime 1 (VALID)",
  ].join("\n");
  const headers = headersByObject(report);
  assert.deepEqual(headers.get("a/b.dir/one.cc.o"), ["/usr/include/zlib.h", "../../a/one.h"]);
  assert.deepEqual(headers.get("a/b.dir/two.cc.o"), []);
});

test("of npm's packages, those that only build the page are left out", () => {
  const packages = {
    "": { name: "page" },
    "node_modules/preact": { version: "11.2.0" },
    "node_modules/@scope/part": { version: "1.0.0" },
    "node_modules/vite": { version: "7.0.0", dev: true },
    "node_modules/esbuild-linux": { version: "1.0.0", devOptional: true },
  };
  const found = npmComponents({ packages }).map((one) => one.purl);
  assert.deepEqual(found, ["pkg:npm/preact@11.2.0", "pkg:npm/%40scope/part@1.0.0"]);
});

test("the document is CycloneDX 1.5", () => {
  const components = npmComponents({ packages: { "node_modules/preact": { version: "11.2.0" } } });
  const document = documentOf({ image: "frontend", version: "0.1.0", commit: "abc" }, components);
  assertCycloneDx(document);
  assert.throws(() => assertCycloneDx({ ...document, specVersion: "1.4" }));
  assert.throws(() => assertCycloneDx({ ...document, components: [{ type: "library" }] }));
  const twice = [...components, ...components];
  assert.throws(() => assertCycloneDx({ ...document, components: twice }));
});
