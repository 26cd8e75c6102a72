/** The files a Shibboleth service provider (3.4) and its Apache (2.4) are told by; everything else is as Debian delivers it. */

type Provider = {
  url: string;
  entityId: string;
  provider: { entityId: string; metadata: string };
  signing?: boolean;
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<"]/g, (character) => escapes[character] ?? '');

/** Two ways to begin, one by binding, and its metadata fetched anew every other second. */
export function shibbolethXml(folder: string, { url, entityId, provider, signing = false }: Provider): string {
  const of = escaped(provider.entityId);
  const begins = (where: string, binding: string) =>
    `<SessionInitiator type="SAML2" Location="/${where}" entityID="${of}"
      outgoingBindings="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}" template="/etc/shibboleth/bindingTemplate.html"/>`;
  return `<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="180" logger="${folder}/shibd.logger">
  <OutOfProcess logger="${folder}/shibd.logger"/>
  <InProcess logger="${folder}/native.logger"/>
  <UnixListener address="${folder}/shibd.sock"/>
  <ApplicationDefaults entityID="${escaped(entityId)}" REMOTE_USER="name-id" homeURL="${url}/" signing="${signing}">
    <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false" handlerSSL="false"
      cookieProps="http" redirectLimit="exact">
      <SSO entityID="${of}">SAML2</SSO>
      ${begins('redirect', 'Redirect')}
      ${begins('post', 'POST')}
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
      <Handler type="Session" Location="/Session" showAttributeValues="true"/>
    </Sessions>
    <Errors supportContext="root@localhost"/>
    <MetadataProvider type="XML" validate="true" url="${escaped(provider.metadata)}" backingFilePath="${folder}/idp.xml"
      minRefreshDelay="1" maxRefreshDelay="2"/>
    <AttributeExtractor type="XML" validate="true" path="${folder}/attribute-map.xml"/>
    <AttributeFilter type="XML" validate="true" path="${folder}/attribute-policy.xml"/>
    <CredentialResolver type="File" key="${folder}/key.pem" certificate="${folder}/cert.pem"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
`;
}

/** Every attribute by its own name, in whichever of the usual formats of names; and the NameID of the person as \`name-id\`. */
export function attributeMap(names: readonly string[]): string {
  const basic = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
  const formats = ['1.1:nameid-format:emailAddress', '2.0:nameid-format:persistent', '1.1:nameid-format:unspecified'];
  const lines = [
    ...names.flatMap((name) => [
      `<Attribute name="${escaped(name)}" id="${escaped(name)}"/>`,
      `<Attribute name="${escaped(name)}" nameFormat="${basic}" id="${escaped(name)}"/>`,
    ]),
    ...formats.map(
      (format) => `<Attribute name="urn:oasis:names:tc:SAML:${format}" id="name-id">
    <AttributeDecoder xsi:type="NameIDAttributeDecoder" formatter="$Name"/></Attribute>`,
    ),
  ];
  return `<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  ${lines.join('\n  ')}
</Attributes>
`;
}

/** Whatever the provider says is taken. */
export const attributePolicy = `<AttributeFilterPolicyGroup xmlns="urn:mace:shibboleth:2.0:afp"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <AttributeFilterPolicy>
    <PolicyRequirementRule xsi:type="ANY"/>
    <AttributeRule attributeID="*" permitAny="true"/>
  </AttributeFilterPolicy>
</AttributeFilterPolicyGroup>
`;

export const logger = (file: string): string => `log4j.rootCategory=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.fileName=${file}
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%p %c %x: %m%n
`;

const modules = {
  ...{ mpm_prefork: 'mpm_prefork', authz_core: 'authz_core', authn_core: 'authn_core', dir: 'dir', cgi: 'cgi' },
  mod_shib: 'shib',
};

/** One process that answers one request after the other, on this machine alone. */
export function apacheConf(folder: string, url: string): string {
  const { host } = new URL(url);
  const loaded = Object.entries(modules).map(
    ([name, file]) =>
      `LoadModule ${name === 'mod_shib' ? name : `${name}_module`} /usr/lib/apache2/modules/mod_${file}.so`,
  );
  return `${loaded.join('\n')}
ServerName ${url}
UseCanonicalName On
Listen ${host}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder}
ErrorLog ${folder}/error.log
KeepAlive Off
DocumentRoot ${folder}/www
ShibConfig ${folder}/shibboleth2.xml
<Location /Shibboleth.sso>
  SetHandler shib
</Location>
<Directory ${folder}/www>
  Require all granted
</Directory>
<Location /secure>
  AuthType shibboleth
  ShibRequestSetting requireSession 1
  Require shib-session
</Location>
<Directory ${folder}/www/secure>
  Options ExecCGI
  SetHandler cgi-script
  DirectoryIndex index.sh
</Directory>
`;
}
