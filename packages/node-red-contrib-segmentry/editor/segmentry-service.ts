RED.nodes.registerType('segmentry-service', {
  category: 'config',
  defaults: {
    name: { value: '' },
    url: {
      value: '',
      required: true,
      // Only one that takes two is asked for a reason.
      validate: (url: string, asked?: object): boolean | string =>
        /^https?:\/\/\S+$/.test(url) ||
        (asked !== undefined && RED._('node-red-contrib-segmentry/segmentry-service:problem.url')),
    },
    timeout: { value: 10, required: true, validate: (timeout: unknown): boolean => Number(timeout) > 0 },
  },
  credentials: { key: { type: 'password' } },
  label(this: EditorNode): unknown {
    return this['name'] || this['url'] || 'segmentry'
  },
})
