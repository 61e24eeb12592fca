/**
 * How a capability tells the shell what its events do. One function for each event of the contract: the type checker
 * refuses a missing one, and there is no other way to change a capability's state.
 */

/** `Events` maps the name of an event to its fields. */
export type ApplyMap<State, Events extends object> = {
  readonly [Name in keyof Events]: (state: State, event: Events[Name]) => State;
};

/** An event as it comes from the stream: its name in `type`, its fields beside it. */
export type EventOf<Events extends object> = {
  [Name in keyof Events]: { readonly type: Name } & Events[Name];
}[keyof Events];

/** Applies one event; an event that the map does not know leaves the state as it is. */
export function applyEvent<State, Events extends object>(
  map: ApplyMap<State, Events>,
  state: State,
  event: EventOf<Events>,
): State {
  if (!Object.hasOwn(map, event.type)) return state;
  return map[event.type](state, event);
}
