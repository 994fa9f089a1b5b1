export interface Ticket {
  readonly id: string
  readonly title: string
  readonly state: 'open' | 'waiting' | 'solved'
  readonly opened: string
  readonly conversation: readonly { readonly from: string; readonly text: string }[]
}

/** Made up, and the same for everybody: what this site is about is who may see it. */
export const tickets: readonly Ticket[] = [
  {
    id: 'NW-2041',
    title: 'The torque wrench clicks too early',
    state: 'open',
    opened: '12 March',
    conversation: [
      { from: 'You', text: 'Set to 80 Nm it clicks at about 70. It was calibrated last spring.' },
      { from: 'Northwind', text: 'That sounds like the spring. A prepaid label is on its way to you.' },
    ],
  },
  {
    id: 'NW-2038',
    title: 'The bench vice came without its key',
    state: 'waiting',
    opened: '9 March',
    conversation: [
      { from: 'You', text: 'Everything is in the box but the hex key for the jaws.' },
      { from: 'Northwind', text: 'Sorry! Is yours the 100 mm or the 125 mm vice?' },
    ],
  },
  {
    id: 'NW-1997',
    title: 'Certificates for three wrenches',
    state: 'solved',
    opened: '2 February',
    conversation: [
      { from: 'You', text: 'Our auditor asks for the calibration certificates.' },
      { from: 'Northwind', text: 'They are in your workshop now, under Service plan.' },
    ],
  },
]
