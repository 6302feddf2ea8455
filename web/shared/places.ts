// Degrees of the world (WGS 84, as browsers and satellites tell them) in those of China's maps (GCJ-02), which WeChat's
// map wants. The offset is that of the formula everybody uses; right to some metres.

const AXIS = 6378245;
const ECCENTRICITY = 0.00669342162296594323;

interface Degrees {
  latitude: number;
  longitude: number;
}

const outside = ({ latitude, longitude }: Degrees) => longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271;

function waves(value: number, ...lengths: [number, number][]): number {
  return lengths.reduce((sum, [height, length]) => sum + height * Math.sin((value / length) * Math.PI), 0) * (2 / 3);
}

function north(x: number, y: number): number {
  const plane = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  return plane + waves(x, [20, 1 / 6], [20, 1 / 2]) + waves(y, [20, 1], [40, 3], [160, 12], [320, 30]);
}

function east(x: number, y: number): number {
  const plane = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  return plane + waves(x, [20, 1 / 6], [20, 1 / 2]) + waves(x, [20, 1], [40, 3], [150, 12], [300, 30]);
}

/** Unchanged outside of China. */
export function toGcj02(place: Degrees): Degrees {
  if (outside(place)) return { latitude: place.latitude, longitude: place.longitude };
  const [x, y] = [place.longitude - 105, place.latitude - 35];
  const angle = (place.latitude / 180) * Math.PI;
  const bent = 1 - ECCENTRICITY * Math.sin(angle) ** 2;
  const northwards = (north(x, y) * 180) / (((AXIS * (1 - ECCENTRICITY)) / (bent * Math.sqrt(bent))) * Math.PI);
  const eastwards = (east(x, y) * 180) / ((AXIS / Math.sqrt(bent)) * Math.cos(angle) * Math.PI);
  return { latitude: place.latitude + northwards, longitude: place.longitude + eastwards };
}
