/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_vars.h"

static const char *const usual[][2] = {
    {"HOME_NET", "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]"},
    {"EXTERNAL_NET", "!$HOME_NET"},
    {"HTTP_SERVERS", "$HOME_NET"},
    {"SMTP_SERVERS", "$HOME_NET"},
    {"SQL_SERVERS", "$HOME_NET"},
    {"DNS_SERVERS", "$HOME_NET"},
    {"TELNET_SERVERS", "$HOME_NET"},
    {"AIM_SERVERS", "$EXTERNAL_NET"},
    {"DC_SERVERS", "$HOME_NET"},
    {"DNP3_SERVER", "$HOME_NET"},
    {"DNP3_CLIENT", "$HOME_NET"},
    {"MODBUS_CLIENT", "$HOME_NET"},
    {"MODBUS_SERVER", "$HOME_NET"},
    {"ENIP_CLIENT", "$HOME_NET"},
    {"ENIP_SERVER", "$HOME_NET"},
    {"HTTP_PORTS", "80"},
    {"SHELLCODE_PORTS", "!80"},
    {"ORACLE_PORTS", "1521"},
    {"SSH_PORTS", "22"},
    {"DNP3_PORTS", "20000"},
    {"MODBUS_PORTS", "502"},
    {"FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]"},
    {"FTP_PORTS", "21"},
    {"GENEVE_PORTS", "6081"},
    {"VXLAN_PORTS", "4789"},
    {"TEREDO_PORTS", "3544"},
    {"SIP_PORTS", "[5060,5061]"},
};

void
rule_vars_usual(struct rule_vars *vars)
{
	vars->count = 0;
	for (size_t i = 0; i < LENGTH_OF(usual); i++)
		(void)rule_vars_set(vars, bytes_of_cstr(usual[i][0]), bytes_of_cstr(usual[i][1]));
}

bool
rule_vars_set(struct rule_vars *vars, struct bytes name, struct bytes value)
{
	size_t at = 0;
	while (at < vars->count && !bytes_eq(vars->vars[at].name, name))
		at++;
	if (at == RULE_VARS_MAX)
		return false;
	vars->vars[at].name = name;
	vars->vars[at].value = value;
	if (at == vars->count)
		vars->count++;
	return true;
}

bool
rule_vars_get(const struct rule_vars *vars, struct bytes name, struct bytes *value)
{
	for (size_t i = 0; i < vars->count; i++)
		if (bytes_eq(vars->vars[i].name, name)) {
			*value = vars->vars[i].value;
			return true;
		}
	return false;
}
