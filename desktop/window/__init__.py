"""The frame around the panels: menus, docks, refresher, theme and preferences."""
