/** The part of Geoman that we use; it comes when the first drawing begins. */

import * as L from "leaflet";

declare module "leaflet" {
  namespace PM {
    interface Handled {
      enable(options: { snappable: boolean; allowSelfIntersection: boolean; draggable: boolean }): void;
    }
    interface OfMap {
      setGlobalOptions(options: Record<string, never>): void;
      enableDraw(tool: string, options: Record<string, unknown>): void;
      disableDraw(): void;
    }
    function setOptIn(optIn: boolean): void;
    function reInitLayer(layer: Layer | Map): void;
  }
  interface Map {
    pm: PM.OfMap | undefined;
  }
  interface MapOptions {
    pmIgnore?: boolean;
  }
  interface LayerOptions {
    pmIgnore?: boolean;
  }
  interface Path {
    pm: PM.Handled | undefined;
  }
}
