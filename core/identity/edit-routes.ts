import { z } from "zod";
import { decidedBy, defineRoute, type Route, writing } from "#core/http/index.ts";
import { assignPost, endPost } from "./actions/assign-post.ts";
import { changePerson } from "./actions/change-person.ts";
import { giveRole } from "./actions/give-role.ts";
import { AssignPostRequest, ChangePersonRequest, GiveRoleRequest } from "./contract.ts";
import type { IdentityServices } from "./routes.ts";

const ById = z.object({ id: z.string().max(100) });
const policy = decidedBy("directory.edit");
const zones = ["lgwan"] as const;

/** Small changes of people and posts by hand, for administrators on the LGWAN side. */
export function editRoutes(services: IdentityServices): Route[] {
  return [
    defineRoute({
      name: "identity.change-person",
      method: "PUT",
      path: "/api/v1/people/{id}",
      summary:
        "Changes a person's entry: name, workplace, extension, phone, last day. What is left out stays.",
      zones,
      request: { params: ById, body: ChangePersonRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await changePerson(services, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.assign-post",
      method: "POST",
      path: "/api/v1/people/{id}/posts",
      summary:
        "Moves a person, or adds a concurrent post, from a day on; a later day takes effect by itself.",
      zones,
      request: { params: ById, body: AssignPostRequest },
      response: { statuses: [201], schema: z.object({ id: z.uuid() }) },
      policy,
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 201,
        body: { id: await assignPost(services, actor, params.id, body) },
      }),
    }),

    defineRoute({
      name: "identity.end-post",
      method: "DELETE",
      path: "/api/v1/people/{id}/posts/{postId}",
      summary: "Ends a concurrent post today, or takes back a post that has not begun.",
      zones,
      request: { params: ById.extend({ postId: z.string().max(100) }) },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: writing,
      handler: async ({ actor, params }) => {
        await endPost(services, actor, params.id, params.postId);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "identity.give-role",
      method: "PUT",
      path: "/api/v1/sections/{id}/roles",
      summary: "Gives one of a section's required roles to somebody, or to nobody.",
      zones,
      request: { params: ById, body: GiveRoleRequest },
      response: { statuses: [204], schema: z.null() },
      policy,
      limit: writing,
      handler: async ({ actor, params, body }) => {
        await giveRole(services, actor, params.id, body);
        return { status: 204, body: null };
      },
    }),
  ];
}
