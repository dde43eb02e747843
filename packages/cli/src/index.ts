export {
  type Config,
  defineConfig,
  type EmbeddedDatabase,
  env,
  type Project,
  type Secret,
  type ServeConfig,
  type WithLayout,
  type WithSource,
} from './config/config.ts'
