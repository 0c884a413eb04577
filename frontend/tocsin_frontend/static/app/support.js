// @ts-check
/*
 * Says so in words when this browser is too old for the screen, instead of showing half of one.
 * Written for old browsers: no modules, nothing newer than they know.
 */
(function () {
  var enough =
    "noModule" in HTMLScriptElement.prototype &&
    "WebSocket" in window &&
    "ResizeObserver" in window &&
    "PluralRules" in Intl &&
    "inert" in HTMLElement.prototype &&
    "at" in Array.prototype &&
    "replaceAll" in String.prototype &&
    CSS.supports("color", "color-mix(in srgb, red, blue)");
  if (enough) return;
  document.documentElement.className += " unsupported";
  var said = document.getElementById("unsupported");
  if (said) said.hidden = false;
})();
