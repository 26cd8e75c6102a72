import type { OneLogin } from '../../fakes/onelogin.ts';

const rule = (id: number, name: string, more: object) => ({
  ...{ id, name, match: 'all' as const, enabled: true, position: id, conditions: [], actions: [] },
  ...more,
});

/** A OneLogin account of some age: what is in use, what is odd, and what nobody could carry over. */
export function furnish({ tenant }: OneLogin): void {
  tenant.custom = [
    { id: 1, name: 'Employee ID', shortname: 'employee_id' },
    { id: 2, name: 'Cost centre', shortname: 'costcentre' },
  ];
  tenant.roles = [
    { id: 71, name: 'Sales', apps: [9001] },
    { id: 72, name: 'Everybody' },
    { id: 73, name: 'sales' },
  ];
  tenant.operators = { title: [{ name: 'begins with', value: 'sw' }] };
  tenant.mappings = [
    rule(11, 'Sales people', {
      conditions: [{ source: 'department', operator: '=', value: 'Sales' }],
      actions: [{ action: 'add_role', value: ['71'] }],
    }),
    rule(12, 'Everybody', { actions: [{ action: 'add_role', value: ['72'] }] }),
    rule(13, 'Leads', {
      match: 'any',
      conditions: [
        { source: 'title', operator: 'sw', value: 'Head' },
        { source: 'title', operator: '!~', value: 'a.b(c' },
        { source: 'custom_attribute_costcentre', operator: '!=', value: '' },
        { source: 'has_role', operator: 'ri', value: '72' },
      ],
      actions: [
        { action: 'set_company', value: ['{department} of {custom_attribute_employee_id}'] },
        { action: 'set_status', value: ['1'] },
      ],
    }),
    rule(14, 'Away', {
      conditions: [{ source: 'last_login', operator: '>', value: '90' }],
      actions: [{ action: 'set_status', value: ['2'] }],
    }),
    rule(15, 'Old', { enabled: false, actions: [{ action: 'add_role', value: ['71'] }] }),
    rule(16, 'No such group', {
      conditions: [{ source: 'member_of', operator: '!~', value: 'Contractors' }],
      actions: [{ action: 'add_role', value: ['71'] }],
    }),
  ];
  tenant.apps = [
    {
      ...{ id: 9001, name: 'CRM: "new"', connector_id: 50_000, provisioning: { enabled: true }, role_ids: [71] },
      configuration: { scim_base_url: 'https://crm.acme.test/scim/v2/' },
      parameters: {
        scimusername: { user_attribute_mappings: 'email' },
        firstname: { user_attribute_mappings: 'firstname', attributes_transformations: 'upcase' },
        displayname: { user_attribute_mappings: '_macro_', user_attribute_macros: '{firstname} {lastname}' },
        costCenter: { user_attribute_mappings: 'custom_attribute_costcentre', default_values: '0000' },
        groups: { user_attribute_mappings: '_none_', provisioned_entitlements: true },
        favourite_colour: { user_attribute_mappings: 'comment' },
        saml_nameformat: { user_attribute_mappings: 'email', include_in_saml_assertion: true },
        password: { user_attribute_mappings: '_none_' },
      },
      values: { set_groups: [{ name: 'Sales and Marketing', value: 440_001 }] },
      rules: [
        rule(21, 'Sellers', {
          conditions: [{ source: 'title', operator: '~', value: 'Sales' }],
          actions: [{ action: 'set_groups', value: ['440001'] }],
        }),
        rule(22, 'Groups of the directory', {
          actions: [{ action: 'set_groups', value: ['member_of'], expression: '/CN=App-([^,]*)/' }],
        }),
        rule(23, 'Script', { actions: [{ action: 'set_groups', scriplet: '4a77' }] }),
        rule(24, 'Unnamed', { actions: [{ action: 'set_groups', value: ['440002'] }] }),
        rule(25, 'Runaway', { actions: [{ action: 'set_groups', value: ['member_of'], expression: '/(a+)+b/' }] }),
      ],
    },
    { id: 9002, name: 'Slack', connector_id: 1, provisioning: { enabled: true }, role_ids: [71, 72] },
    { id: 9003, name: 'Canteen', connector_id: 2, provisioning: { enabled: false }, role_ids: [72] },
  ];
}
