import type {
  IAuthenticateGeneric,
  Icon,
  ICredentialTestRequest,
  ICredentialType,
  INodeProperties,
} from 'n8n-workflow'

/** Where the segment service is, and the key that it knows the caller by. */
export class SegmentryApi implements ICredentialType {
  name = 'segmentryApi'
  displayName = 'Segmentry API'
  documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-segmentry'
  icon: Icon = { light: 'file:../icons/segmentry.svg', dark: 'file:../icons/segmentry.dark.svg' }

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'https://segments.example.com',
      description: 'Where the service answers, such as what <code>segmentry serve</code> prints',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'One of the keys that the service was started with',
    },
  ]

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
  }

  test: ICredentialTestRequest = {
    request: { baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}', url: '/segments' },
  }
}
