/** What is wrong on a narrow page: a list of sentences, empty where all is well. */
() => {
  const wrong = new Set();
  const said = (element) => element.textContent.trim().slice(0, 40);

  const channels = (colour) => {
    const [, space, numbers] = colour.match(/^(rgba?|color)\((.*)\)$/);
    const [red, green, blue, alpha = 1] = numbers.replace("srgb", "").split(/[\s,/]+/).filter(Boolean).map(Number);
    const whole = space === "color" ? 255 : 1;
    return [red * whole, green * whole, blue * whole, alpha];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const ground = (element) => {
    if (!element) return [255, 255, 255, 1];
    const own = channels(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(element.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((each) => each / 255).map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (element) => {
    const behind = ground(element);
    const [bright, dark] = [light(over(channels(getComputedStyle(element).color), behind)), light(behind)].sort((a, b) => b - a);
    return (bright + 0.05) / (dark + 0.05);
  };

  if (document.documentElement.scrollWidth > innerWidth) wrong.add(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const message of document.querySelectorAll(".phone.current .msg")) {
    for (const row of message.querySelectorAll(".inline-keyboard .row")) {
      if (row.children.length > 3) wrong.add(`${row.children.length} buttons in a row: ${said(row)}`);
    }
    for (const button of message.querySelectorAll(".inline-keyboard button")) {
      if (button.scrollWidth > button.clientWidth || button.scrollHeight > button.clientHeight) wrong.add(`cut: ${said(button)}`);
      if (button.clientHeight < 36) wrong.add(`too low for a thumb: ${said(button)}`);
    }
    for (const part of message.querySelectorAll(".bubble, .text, .text *, button")) {
      const { right, left } = part.getBoundingClientRect();
      if (right > innerWidth || left < 0) wrong.add(`beyond the edge: ${said(part)}`);
    }
    for (const part of message.querySelectorAll(".text, .text *, .inline-keyboard button")) {
      const words = [...part.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (words && contrast(part) < 4.5) wrong.add(`hard to read (${contrast(part).toFixed(1)}): ${part.tagName} ${part.className} ${said(part)}`);
    }
  }
  return [...wrong];
}
