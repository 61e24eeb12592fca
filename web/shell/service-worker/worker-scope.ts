/** What we use of a service worker's surroundings: TypeScript's own list of them cannot stand beside that of pages. */

export type ExtendableEvent = Event & { waitUntil(work: Promise<unknown>): void };
export type FetchEvent = ExtendableEvent & {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
};
export type MessageToWorker = ExtendableEvent & { readonly data: unknown };
export type NotificationClick = ExtendableEvent & { readonly notification: Notification };
export type SubscriptionChange = ExtendableEvent & {
  readonly oldSubscription: PushSubscription | null;
  readonly newSubscription: PushSubscription | null;
};

type WindowClient = {
  readonly focused: boolean;
  readonly visibilityState: "visible" | "hidden";
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
};

type Events = {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  fetch: FetchEvent;
  message: MessageToWorker;
  push: ExtendableEvent;
  notificationclick: NotificationClick;
  pushsubscriptionchange: SubscriptionChange;
};

export type WorkerScope = {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(path: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof Events>(name: Name, handler: (event: Events[Name]) => void): void;
};
