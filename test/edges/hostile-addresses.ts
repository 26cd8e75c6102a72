/*
 * Addresses that are to lead a client to what only the machine itself or its network may reach. `PORT` stands for one on which
 * something listens.
 */

/** The machine itself, in every spelling a parser may take for it. */
const loopback = [
  ...['127.0.0.1', '127.0.0.2', '127.255.255.254', '127.1', '127.0.1', '127.000.000.001', '127.0.0.1.', '2130706433'],
  ...['0x7f000001', '0x7f.0.0.1', '0x7f.1', '0x7F.0x0.0x0.0x1', '0177.0.0.1', '0177.1', '017700000001', '0x7f.0.1'],
  ...['0', '0.0.0.0', '0x0', '00', '0.0', '0.0.0.0.', '0.1.2.3', '１２７.０.０.１', '127。0。0。1', '127．0．0．1'],
  ...['127｡0｡0｡1', '①②⑦.⓪.⓪.①', '%31%32%37.0.0.1', '127.0.0.%31', '127.0.0\u00ad.1', '１２７.1', '⑫⑦.0.0.1'],
];

/** Networks of one's own, what clouds tell their machines, and addresses nobody has. */
const inside = [
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '167772161',
    '0xa000001',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.254',
    '2886729729',
  ],
  ...['192.168.0.1', '192.168.1', '3232235521', '0xc0a80001', '0300.0250.0.1', '100.64.0.1', '100.127.255.254'],
  ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '0xa9.0xfe.0xa9.0xfe'],
  ...['169.16689662', '１６９.２５４.１６９.２５４', '169.254.170.2', '169.254.0.1', '100.100.100.200', '192.0.0.192'],
  ...['168.63.129.16', '192.0.2.5', '198.51.100.7', '203.0.113.5', '198.18.0.1', '198.19.255.254', '192.88.99.1'],
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '4294967295'],
];

const six = [
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[0000::0001]', '[::]', '[::2]', '[::127.0.0.1]', '[::7f00:1]', '[::10.0.0.1]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::FFFF:7F00:0001]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::ffff:0.0.0.0]'],
  ...[
    '[::ffff:10.0.0.1]',
    '[::ffff:192.168.0.1]',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[::ffff:100.64.0.1]',
  ],
  ...[
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b::10.0.0.1]',
  ],
  ...[
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2002:a00:1::]',
    '[2001::1]',
    '[2001:0:7f00:1::]',
  ],
  ...['[fc00::1]', '[fd00::1]', '[fd00:ec2::254]', '[fd20:ce::254]', '[fe80::1]', '[fe80::a9fe:a9fe]', '[febf::1]'],
  ...[
    '[fec0::1]',
    '[ff01::1]',
    '[ff02::1]',
    '[ff0e::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[100::1]',
    '[5f00::1]',
    '[4000::1]',
  ],
  ...['[fe80::1%25eth0]', '[::1%25lo]', '[::1', '::1', '[127.0.0.1]'],
];

/** Names that lead there: some by themselves, all by what the resolver says of them. */
const names = [
  ...[
    'localhost',
    'LOCALHOST',
    'LocalHost.',
    'localhost.localdomain',
    'ip6-localhost',
    'ｌｏｃａｌｈｏｓｔ',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  ],
  ...[
    'local%68ost',
    'loc\u00adalhost',
    'a.localhost',
    'metadata',
    'metadata.google.internal',
    'metadata.google.internal.',
  ],
  ...['METADATA.GOOGLE.INTERNAL', 'metadata.goog', 'metadata.azure.com', 'instance-data', 'instance-data.ec2.internal'],
  ...['kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'host.docker.internal', 'rancher-metadata'],
  ...[
    '127.0.0.1.nip.io',
    '7f000001.nip.io',
    'localtest.me',
    'lvh.me',
    'spoofed.example',
    'xn--n3h.example',
    '☃.example',
  ],
  ...['mixed.example', 'rebinding.example', 'mapped.example', 'nat64.example', 'linklocal.example', 'zero.example'],
];

/** Written so that a reader and a parser may see two hosts. */
const confusing = [
  ...[
    'https://app.example@127.0.0.1:PORT/',
    'https://app.example:443@127.0.0.1:PORT/',
    'https://127.0.0.1:PORT#@app.example/',
  ],
  ...[
    'https://app.example\\@127.0.0.1:PORT/',
    'https://127.0.0.1:PORT\\@app.example/',
    'https://127.0.0.1:PORT?@app.example/',
  ],
  ...[
    'https://app.example%2523@127.0.0.1:PORT/',
    'https://@127.0.0.1:PORT/',
    'https://:@127.0.0.1:PORT/',
    'https://u:p@[::1]:PORT/',
  ],
  ...[
    'https://127.0.0.1:PORT/?x=https://app.example/',
    'https://127.0.0.1:PORT//app.example/',
    'https:\\\\127.0.0.1:PORT\\',
  ],
  ...['https:/127.0.0.1:PORT/', 'https:127.0.0.1:PORT/', 'https:///127.0.0.1:PORT/', '  https://127.0.0.1:PORT/  '],
  ...[
    'ht\ntps://127.0.0.1:PORT/',
    'https://127.0.\t0.1:PORT/',
    'https://127.0.0.1\r\n:PORT/',
    'https://127.0.0.1%00:PORT/',
  ],
  ...[
    '//127.0.0.1:PORT/',
    '127.0.0.1:PORT',
    '\\\\127.0.0.1\\share',
    'https://127.0.0.1:PORT/../../',
    'HTTPS://127.0.0.1:PORT',
  ],
  ...[
    'https://127.0.0.1:0PORT/',
    'https://127.0.0.1:99999/',
    'https://127.0.0.1:-1/',
    'https://127.0.0.1: PORT/',
    'https://',
  ],
  ...[
    'https://127.0.0.1:22/',
    'https://127.0.0.1:6379/',
    'https://[::1]:11211/',
    'https://169.254.169.254:80/latest/meta-data/',
  ],
  ...['https://169.254.169.254/metadata/instance?api-version=2021-02-01', 'https://127.0.0.1:2375/containers/json'],
];

/** Of another kind than http and https. */
const schemes = [
  ...[
    'file:///etc/passwd',
    'file://127.0.0.1/etc/passwd',
    'gopher://127.0.0.1:PORT/_GET',
    'ftp://127.0.0.1:PORT/',
    'dict://127.0.0.1:PORT/',
  ],
  ...[
    'ldap://127.0.0.1:PORT/',
    'ldaps://127.0.0.1:PORT/',
    'tftp://127.0.0.1:PORT/x',
    'ws://127.0.0.1:PORT/',
    'wss://127.0.0.1:PORT/',
  ],
  ...[
    'jar:https://127.0.0.1:PORT!/',
    'data:text/plain,x',
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    'blob:https://127.0.0.1:PORT/1',
  ],
  ...[
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'view-source:https://127.0.0.1:PORT/',
    'about:blank',
    'netdoc:///etc/passwd',
    '',
  ],
];

/** All of them, over https and, of what has a host, in clear. */
export const hostileAddresses: readonly string[] = [
  ...[...loopback, ...inside, ...six, ...names].map((host) => `https://${host}:PORT/`),
  ...[...loopback.slice(0, 8), ...inside.slice(0, 8), ...six.slice(0, 8), ...names.slice(0, 8)].map(
    (host) => `http://${host}:PORT/`,
  ),
  ...confusing,
  ...schemes,
];
