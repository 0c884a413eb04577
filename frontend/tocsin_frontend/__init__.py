"""What a screen loads: the page that Folium makes and the modules that make it live."""
