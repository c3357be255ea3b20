// usage: node kubernetes-types.mjs FILE...
// Holds manifests against the API's types: required fields, values and types by the models' own validators, unknown fields by
// the TypeScript compiler. Runs in a folder whose node_modules has the packages, and leaves a file there.
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import yaml from 'yaml';

const packages = {
  'argoproj.io': '@kubernetes-models/argo-cd', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'keda.sh': '@kubernetes-models/keda', 'external-secrets.io': '@kubernetes-models/external-secrets',
};
const moduleOf = (apiVersion, kind) => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const folder = packages[group] ? `${packages[group]}/${group}` : group ? `kubernetes-models/${group}` : 'kubernetes-models';
  return `${folder}/${version}/${kind}`;
};

const names = [];
const problems = [];
let code = '';
for (const file of process.argv.slice(2)) {
  for (const document of yaml.parseAllDocuments(fs.readFileSync(file, 'utf8'), { uniqueKeys: true })) {
    if (document.errors.length > 0) {
      problems.push(`${file}: ${document.errors[0].message.split('\n')[0]}`);
      continue;
    }
    const manifest = document.toJS();
    if (!manifest) continue;
    const name = `${file}: ${manifest.kind}/${manifest.metadata?.name}`;
    const from = moduleOf(manifest.apiVersion, manifest.kind);
    try {
      const model = (await import(from))[manifest.kind];
      new model(manifest).validate();
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
    code += `import type { I${manifest.kind} as K${names.length} } from '${from}'; export const d${names.length}: K${names.length} = ${JSON.stringify(manifest)};\n`;
    names.push(name);
  }
}

fs.writeFileSync('manifests.ts', code);
const compiler = spawnSync('node_modules/.bin/tsc',
  ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--module', 'nodenext', '--target', 'es2022', 'manifests.ts'], { encoding: 'utf8' });
for (const line of compiler.stdout.split('\n')) {
  const place = /^manifests\.ts\((\d+),\d+\): (.*)/.exec(line);
  if (place) problems.push(`${names[Number(place[1]) - 1]}: ${place[2]}`);
  else if (line.trim() && !line.startsWith(' ')) problems.push(line);
}
if (compiler.error) problems.push(String(compiler.error));
for (const problem of problems) console.log(problem);
console.log(`${names.length} manifests, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
