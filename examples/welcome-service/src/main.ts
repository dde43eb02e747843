import { serve } from '@segmentry/flow/http'
import { welcomeService } from './service.ts'

const key = process.env['SEGMENTRY_KEY'] ?? 'only-for-trying-this-out'
const { url } = await serve(welcomeService(key), { port: Number(process.env['PORT'] ?? 8080) })
console.log(`Base URL: ${url}\nAPI key:  ${key}`)
