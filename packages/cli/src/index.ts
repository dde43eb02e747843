export {
  type Config,
  defineConfig,
  type EmbeddedDatabase,
  env,
  type Project,
  type Secret,
  type SendConfig,
  type SendContext,
  type ServeConfig,
  type WithLayout,
  type WithSource,
} from './config/config.ts'
