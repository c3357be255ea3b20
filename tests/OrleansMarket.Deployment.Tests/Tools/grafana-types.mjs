// usage: node grafana-types.mjs FILE...
// Holds dashboards against Grafana's own schema: the whole by the type Dashboard, each panel's options and fields by the types of its
// plugin, each unit by the list of units. Runs in a folder whose node_modules has the packages, and leaves a file there.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const plugins = { candlestick: 'Candlestick', stat: 'Stat', 'state-timeline': 'StateTimeline', table: 'Table', timeseries: 'TimeSeries' };
const folderOf = type => type.replace('-', '');
const units = new Set(Object.values(await import('@grafana/grafana-foundation-sdk/units').then(module => module.default ?? module)));
const problems = [];
const names = [];
let code = "import type { Dashboard } from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';\n";
for (const [type, name] of Object.entries(plugins)) {
  code += `import type * as ${name} from '@grafana/schema/dist/esm/raw/composable/${folderOf(type)}/panelcfg/x/${name}PanelCfg_types.gen';\n`;
}
// JSON has no enums, only their values.
code += 'type Json<T> = 0 extends 1 & T ? any : T extends string ? `${T}` : T extends (infer U)[] ? Json<U>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;\n';
const first = code.split('\n').length;
const claim = (name, type, value) => {
  names.push(name);
  code += `export const d${names.length}: Json<${type}> = ${JSON.stringify(value)};\n`;
};
for (const file of process.argv.slice(2)) {
  const dashboard = JSON.parse(fs.readFileSync(file, 'utf8'));
  const board = path.basename(file);
  // The schema leaves the rest of an annotation's fields to its data source.
  for (const note of dashboard.annotations.list) for (const field of ['query', 'target', 'titleColumn', 'textColumn', 'tagsColumn']) delete note[field];
  // It asks of a panel's link what only a dashboard's link has.
  for (const panel of dashboard.panels) panel.links = panel.links?.map(link => ({ asDropdown: false, icon: '', includeVars: false, keepTime: false, tags: [], tooltip: '', type: 'link', ...link }));
  claim(board, 'Dashboard', dashboard);
  for (const panel of dashboard.panels.filter(panel => panel.type !== 'row')) {
    const name = `${board}: ${panel.title}`;
    const plugin = plugins[panel.type];
    if (!plugin) { problems.push(`${name}: unexpected panel type ${panel.type}`); continue; }
    claim(name, `Partial<${plugin}.Options>`, panel.options);
    if (panel.fieldConfig.defaults.custom && panel.type !== 'candlestick') claim(name, `Partial<${plugin}.FieldConfig>`, panel.fieldConfig.defaults.custom);
    const used = [panel.fieldConfig.defaults.unit, ...panel.fieldConfig.overrides.flatMap(override => override.properties.filter(property => property.id === 'unit').map(property => property.value))];
    for (const unit of used) if (!units.has(unit)) problems.push(`${name}: unknown unit ${unit}`);
  }
}

fs.writeFileSync('dashboards.ts', code);
const compiler = spawnSync('node_modules/.bin/tsc',
  ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--module', 'nodenext', '--target', 'es2022', 'dashboards.ts'], { encoding: 'utf8' });
for (const line of compiler.stdout.split('\n')) {
  const place = /^dashboards\.ts\((\d+),\d+\): (.*)/.exec(line);
  if (place) problems.push(`${names[Number(place[1]) - first] ?? 'imports'}: ${place[2]}`);
  else if (line.trim() && !line.startsWith(' ')) problems.push(line);
}
if (compiler.error) problems.push(String(compiler.error));
for (const problem of problems) console.log(problem);
console.log(`${names.length} parts, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
