import { defineConfig } from "vitest/config";

const shared = {
  environment: "node" as const,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // What is waited for comes; a second is too little on a machine that does other things as well.
  expect: { poll: { timeout: 30_000 } },
};

/** Unit tests stand beside the code; the others under tests/, each kind with what it needs. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["{shared,core,capabilities,packs,server,web,cli}/**/*.test.ts"],
        },
      },
      { test: { ...shared, name: "architecture", include: ["tests/architecture/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup: ["tests/support/global-setup.ts"],
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...shared,
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          globalSetup: ["tests/support/global-setup.ts"],
          setupFiles: ["tests/browser/support/tell-failures.ts"],
          maxWorkers: 1,
        },
      },
    ],
  },
});
