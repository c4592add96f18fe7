// The product's own SDK, as a page uses it.
export { createClient, memoryStorage } from '../../../../src/WebFront/client/src/sdk';
export type { ChatClient, ConversationId, HelloReply, Message, Presence, ResumeAnswer, Summary } from '../../../../src/WebFront/client/src/sdk';
export { signalrTransport } from '../../../../src/WebFront/client/src/sdk/signalrTransport';
export type { HubLink, HubTransport, LinkHandlers } from '../../../../src/WebFront/client/src/sdk/transport';
