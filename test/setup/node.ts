const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 12)) {
  throw new Error(
    `Segmentry needs Node 22.12 or newer, found ${process.versions.node}. ` +
      'On Linux run the tests with "npx -y pnpm@12 test", which brings its own Node.',
  )
}
