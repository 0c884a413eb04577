import type * as Leaflet from "leaflet";
import type { Picture } from "./wire";

declare global {
  /** Folium's inline script leaves the map here. */
  // eslint-disable-next-line no-var
  var situation_map: Leaflet.Map | undefined;

  /** For diagnosis at the desk and for tests. */
  // eslint-disable-next-line no-var
  var tocsin: { picture(): Picture | null; n(): number; connection: unknown } | undefined;

  interface BasemapFeature {
    props: Record<string, string | number | boolean>;
    geomType: number;
    bbox: { minX: number; minY: number; maxX: number; maxY: number };
  }
  type BasemapAttr<T> = T | ((zoom: number, feature?: BasemapFeature) => T);
  interface BasemapSymbolizer {
    place?(...parts: unknown[]): unknown;
    draw?(...parts: unknown[]): void;
  }
  interface BasemapLayer extends Leaflet.GridLayer {
    rerenderTiles(): void;
  }
  interface BasemapRule {
    dataLayer: string;
    symbolizer: BasemapSymbolizer;
    minzoom?: number;
    maxzoom?: number;
    filter?: (zoom: number, feature: BasemapFeature) => boolean;
    sort?: (a: Record<string, any>, b: Record<string, any>) => number;
  }

  const protomapsL: {
    leafletLayer(options: Record<string, unknown>): BasemapLayer;
    PolygonSymbolizer: new (options: Record<string, unknown>) => BasemapSymbolizer;
    LineSymbolizer: new (options: Record<string, unknown>) => BasemapSymbolizer;
    CircleSymbolizer: new (options: Record<string, unknown>) => BasemapSymbolizer;
    CenteredTextSymbolizer: new (options: Record<string, unknown>) => BasemapSymbolizer;
    OffsetTextSymbolizer: new (options: Record<string, unknown>) => BasemapSymbolizer;
    LineLabelSymbolizer: new (options: Record<string, unknown>) => BasemapSymbolizer;
    GroupSymbolizer: new (parts: BasemapSymbolizer[]) => BasemapSymbolizer;
    linear(stops: number[][]): (zoom: number) => number;
    exp(base: number, stops: number[][]): (zoom: number) => number;
  };
}

export {};
