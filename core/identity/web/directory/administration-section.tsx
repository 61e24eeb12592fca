import { Link } from "@tanstack/react-router";
import { text } from "../text/index.ts";

/** Where the organisation and its people are changed: in the directory itself, where one sees them. */
export default function DirectorySection() {
  const pages = [
    { to: "/people/imports", words: text("administration.directory.imports") },
    { to: "/people/roles", words: text("administration.directory.roles") },
    { to: "/people", words: text("administration.directory.people") },
  ] as const;
  return (
    <ul className="flex flex-col divide-y divide-line border-y border-line">
      {pages.map(({ to, words }) => (
        <li key={to}>
          <Link
            to={to}
            className="focus-inside flex min-h-14 items-center px-2 py-2 font-bold text-link underline underline-offset-4 hover:bg-hover"
          >
            {words}
          </Link>
        </li>
      ))}
    </ul>
  );
}
