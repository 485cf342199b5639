import { createTheme, type MantineColorsTuple } from "@mantine/core";

// The values stand in tokens.css as variables; what is here only tells Mantine's components which names to use.
const indigo: MantineColorsTuple = [
  "#f0f2fb",
  "#e5e9f9",
  "#c9d0f2",
  "#a9b4ea",
  "#8fa0ff",
  "#5666c4",
  "#3547a6",
  "#2e3e93",
  "#27357f",
  "#1d2862",
];

// No transition: dense pages answer at once, and nobody who asked for less motion gets any.
const still = { transitionProps: { duration: 0 } };

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 6, dark: 4 },
  colors: { indigo },
  autoContrast: true,
  cursorType: "pointer",
  defaultRadius: "md",
  components: {
    Popover: { defaultProps: still },
    // The first item gets the focus, not an unnamed placeholder before it.
    Menu: { defaultProps: { ...still, withInitialFocusPlaceholder: false } },
    Combobox: { defaultProps: still },
    Select: { defaultProps: { comboboxProps: still } },
    Tooltip: { defaultProps: still },
    // A locked scroll would be a style element, which the content security policy forbids; the page scrolls inside
    // its frame anyway.
    Modal: { defaultProps: { ...still, lockScroll: false } },
    Drawer: { defaultProps: { ...still, lockScroll: false } },
    Button: { defaultProps: { size: "sm" } },
  },
});
