// Compares two OpenAPI documents with the library api-smart-diff and prints every change as JSON.
// Ends with 1 if one of them breaks somebody.
const { readFileSync } = require("node:fs");
const { apiDiff } = require("api-smart-diff");
const yaml = require("js-yaml");

const [old, next] = process.argv.slice(2).map((file) => {
  const text = readFileSync(file, "utf8");
  return file.endsWith(".json") ? JSON.parse(text) : yaml.load(text);
});
const changes = apiDiff(old, next);
process.stdout.write(JSON.stringify(changes));
process.exitCode = changes.some((change) => change.type === "breaking") ? 1 : 0;
