/** Our icons: 24 × 24, one line, drawn here so that nothing is fetched. They never stand without a word or a label. */
import type { ReactNode } from "react";

function icon(shape: ReactNode) {
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each icon, when this file is loaded
  return function Icon({ size = 20 }: { size?: number }) {
    return (
      <svg
        // In rem, so that it grows with the text around it.
        width={`${size / 16}rem`}
        height={`${size / 16}rem`}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        className="shrink-0"
      >
        {shape}
      </svg>
    );
  };
}

export const ChatIcon = icon(
  <path d="M4 6.5A2.5 2.5 0 0 1 6.500 4h11A2.500 2.500 0 0 1 20 6.500v7a2.500 2.500 0 0 1-2.500 2.500H12l-4.500 4v-4h-1A2.500 2.500 0 0 1 4 13.500z" />,
);
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.500 4.500" />
  </>,
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const BackIcon = icon(<path d="m14.500 5-7 7 7 7" />);
export const DownIcon = icon(<path d="M12 5v13m-6-6 6 6 6-6" />);
export const ChevronIcon = icon(<path d="m6 9.500 6 6 6-6" />);
export const GripIcon = icon(<path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01" />);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8.500" r="3.500" />
    <path d="M2.500 19.500c.5-3.500 3-5.500 6.500-5.500s6 2 6.500 5.500M15.500 5.200a3.500 3.500 0 0 1 0 6.600M18 14.600c2 .8 3.200 2.500 3.500 4.900" />
  </>,
);
export const ReplyIcon = icon(
  <path d="m9.500 6-5.500 5.500 5.500 5.500M4 11.500h9.500a6.500 6.500 0 0 1 6.500 6.500v1" />,
);
export const EditIcon = icon(<path d="M4.500 19.500h4l10-10-4-4-10 10zM12.500 7.500l4 4" />);
export const DeleteIcon = icon(
  <path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 12.500h9l1-12.500M10.500 10.500v5.500m3-5.500v5.500" />,
);
export const SwapIcon = icon(
  <path d="M7 4.500 3.500 8 7 11.500M3.500 8h13M17 12.500l3.500 3.500-3.500 3.500M20.500 16h-13" />,
);
export const HistoryIcon = icon(
  <path d="M4 12a8 8 0 1 0 2.500-5.800L4 8.500M4 4.500v4h4M12 8v4.500l3 1.500" />,
);
export const BellIcon = icon(
  <path d="M6.500 16.500V11a5.500 5.500 0 0 1 11 0v5.500l1.500 1.500H5zM10 20.500h4M12 3.500v2" />,
);
export const DutyIcon = icon(
  <path d="M9 4.500h6V7H9zM15 5.500h2A1.500 1.500 0 0 1 18.500 7v12a1.500 1.500 0 0 1-1.500 1.500H7A1.500 1.500 0 0 1 5.500 19V7A1.500 1.500 0 0 1 7 5.500h2M8.500 13.500l2.500 2.500 4.500-5" />,
);
export const ThreadIcon = icon(<path d="M4 5.500h16M4 5.500v8h3M10 11.500h10v7.500l-3-2.500h-7z" />);
export const SmileIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M8.500 14.500c1.800 2.400 5.200 2.400 7 0M9 9.500v.5m6-.5v.5" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M15 5.500A1.500 1.500 0 0 0 13.500 4h-8A1.500 1.500 0 0 0 4 5.500v8A1.500 1.500 0 0 0 5.500 15" />
  </>,
);
export const LinkIcon = icon(
  <path d="M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1" />,
);
export const SendIcon = icon(<path d="M4.500 12 3.500 4.500 21 12 3.500 19.500zm0 0H12" />);
export const AtIcon = icon(
  <>
    <circle cx="12" cy="12" r="3.800" />
    <path d="M15.800 8.500V13a2.300 2.300 0 0 0 4.700 0v-1a8.500 8.500 0 1 0-3.300 6.700" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.500 4.500 4.500L19 7" />);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M12 7.500V12l3 2" />
  </>,
);
export const WarningIcon = icon(<path d="M12 4 2.800 19.500h18.400zM12 10v4.500m0 2.500v.01" />);
export const InfoIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M12 11v5.500m0-8.500v.01" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="5" y="10.500" width="14" height="9.500" rx="2" />
    <path d="M8 10.500V8a4 4 0 0 1 8 0v2.500" />
  </>,
);
export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M3.500 12h17M12 3.500c2.500 2.400 3.700 5.200 3.700 8.500s-1.200 6.100-3.700 8.500c-2.500-2.400-3.700-5.200-3.700-8.500S9.500 5.900 12 3.500z" />
  </>,
);
export const KeyboardIcon = icon(
  <>
    <rect x="3" y="6" width="18" height="12" rx="2" />
    <path d="M7 10h.01M11 10h.01M15 10h.01M17 14h.01M7 14h.01M10 14h4" />
  </>,
);
export const DisplayIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M12 3.500v17a8.500 8.500 0 0 0 0-17z" fill="currentColor" />
  </>,
);
export const DeviceIcon = icon(
  <>
    <rect x="3" y="4.500" width="13" height="9.500" rx="1.500" />
    <path d="M7 18h6" />
    <rect x="15" y="9" width="6" height="11" rx="1.500" fill="var(--ground)" />
  </>,
);
export const SignOutIcon = icon(
  <path d="M14 4.500H6.500A1.500 1.500 0 0 0 5 6v12a1.500 1.500 0 0 0 1.500 1.500H14M10.500 12H21m-4-4 4 4-4 4" />,
);
export const MoreIcon = icon(
  <>
    <circle cx="6" cy="12" r="1" fill="currentColor" />
    <circle cx="12" cy="12" r="1" fill="currentColor" />
    <circle cx="18" cy="12" r="1" fill="currentColor" />
  </>,
);
export const OfflineIcon = icon(
  <path d="m4 4 16 16M8.500 16a5 5 0 0 1 7 0M5 12.500a10 10 0 0 1 5-2.700m4.500.2a10 10 0 0 1 4.500 2.500M2 9a14.500 14.500 0 0 1 4.500-2.900M11 5a14.500 14.500 0 0 1 11 4M12 19.500v.01" />,
);
export const PrintIcon = icon(
  <path d="M7 9V4h10v5M7 17H5a1.500 1.500 0 0 1-1.500-1.500v-5A1.500 1.500 0 0 1 5 9h14a1.500 1.500 0 0 1 1.500 1.500v5A1.500 1.500 0 0 1 19 17h-2M7 14h10v6H7z" />,
);
export const StatusIcon = icon(
  <>
    <circle cx="12" cy="8" r="3.500" />
    <path d="M4.500 20c.8-4 3.800-6 7.500-6M14.500 18.500l2 2 4-4.500" />
  </>,
);
export const SettingsIcon = icon(
  <>
    <circle cx="12" cy="12" r="3" />
    <path d="M19 12c0-.5 0-.9-.1-1.300l2-1.500-2-3.400-2.300 1a7.500 7.500 0 0 0-2.300-1.300L14 3h-4l-.3 2.500a7.500 7.500 0 0 0-2.300 1.300l-2.300-1-2 3.400 2 1.500a7.500 7.500 0 0 0 0 2.600l-2 1.500 2 3.400 2.300-1a7.500 7.500 0 0 0 2.300 1.300L10 21h4l.3-2.500a7.500 7.500 0 0 0 2.300-1.300l2.300 1 2-3.400-2-1.500c.1-.4.1-.9.1-1.300z" />
  </>,
);
export const CalendarIcon = icon(
  <>
    <rect x="4" y="5.500" width="16" height="14.500" rx="2" />
    <path d="M4 10h16M8.500 3v4m7-4v4" />
  </>,
);
export const HelpIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.500" />
    <path d="M9.500 9.700a2.500 2.500 0 1 1 3.600 2.300c-.8.400-1.100.900-1.100 1.800m0 2.700v.01" />
  </>,
);
export const StarIcon = icon(
  <path d="m12 3.800 2.500 5.200 5.700.800-4.100 4 1 5.700-5.100-2.700-5.100 2.700 1-5.700-4.100-4 5.700-.800z" />,
);
export const MuteIcon = icon(
  <path d="M6.500 16.500h11l-1.200-2.200V10.500a4.300 4.300 0 0 0-8.600 0v3.800zM10.500 19h3M4 4l16 16" />,
);
export const ArchiveIcon = icon(
  <path d="M4 5h16v4H4zm1.500 4v9.500a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1V9M10 12.500h4" />,
);
