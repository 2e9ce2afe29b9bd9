/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_csv_column.h"

#include "core/ensure.h"

/* Our name, then what else people call it, folded. */
static const char *const columns[CSV_COLUMNS][12] = {
    [CSV_ADDRESS] = {"address", "ip", "ipaddress", "adresse", "adresseip", "ipv4", "ipv6", "hostip"},
    [CSV_MAC] = {"mac", "macaddress", "adressemac", "ethernet"},
    [CSV_NAME] = {"name", "hostname", "host", "nom", "hote", "machine", "nommachine", "poste", "computername", "equipement",
        "nomequipement"},
    [CSV_KIND] = {"kind", "type", "typemateriel", "nature", "assettype", "typeequipement"},
    [CSV_OWNER] = {"owner", "proprietaire", "responsable", "utilisateur", "user", "assignedto", "affecta", "usager"},
    [CSV_VALUE] = {"value", "valeur", "valeurmetier", "criticite", "criticality", "businessvalue", "importance",
        "sensibilite"},
    [CSV_LOCATION] = {"location", "lieu", "emplacement", "site", "localisation", "salle", "bureau", "room", "batiment"},
    [CSV_SYSTEM] = {"system", "os", "systeme", "systemedexploitation", "operatingsystem", "systemeexploitation"},
    [CSV_VENDOR] = {"vendor", "marque", "fabricant", "constructeur", "manufacturer", "brand"},
    [CSV_MODEL] = {"model", "modele", "reference"},
    [CSV_SERIAL] = {"serial", "serialnumber", "numerodeserie", "numeroserie", "nserie", "ndeserie", "sn"},
    [CSV_NOTE] = {"note", "notes", "commentaire", "commentaires", "comment", "comments", "remarque", "remarques",
        "description"},
    [CSV_SERVICES] = {"services", "ports", "openports", "portsouverts"},
    [CSV_PORT] = {"port", "portnumber", "numeroport"},
    [CSV_PROTOCOL] = {"protocol", "proto", "protocole", "transport"},
    [CSV_SERVICE] = {"service", "nomservice", "servicename"},
    [CSV_PRODUCT] = {"product", "produit", "logiciel", "software"},
    [CSV_VERSION] = {"version", "versionlogiciel"},
    [CSV_TIME] = {"time", "date", "timestamp", "horodatage", "dateheure", "datetime", "heure", "starttime", "debut"},
    [CSV_SOURCE] = {"source", "sourceip", "src", "srcip", "sourceaddress", "adressesource", "ipsource", "attacker",
        "attaquant", "srcaddr"},
    [CSV_TARGET] = {"target", "destination", "dst", "dstip", "destip", "destinationip", "adressedestination",
        "ipdestination", "cible", "victim", "dstaddr"},
    [CSV_SOURCE_PORT] = {"source_port", "sourceport", "srcport", "sport", "portsource"},
    [CSV_TARGET_PORT] = {"target_port", "targetport", "destport", "dstport", "dport", "destinationport", "portdestination",
        "portcible"},
    [CSV_SIGNATURE] = {"signature", "alert", "alerte", "message", "msg", "libelle", "titre", "title", "rulename",
        "nomregle"},
    [CSV_RULE] = {"rule", "sid", "ruleid", "signatureid", "regle", "idregle"},
    [CSV_CATEGORY] = {"category", "categorie", "classe", "classification", "class"},
    [CSV_SEVERITY] = {"severity", "gravite", "severite", "niveau", "level", "priority", "priorite"},
    [CSV_COUNT] = {"count", "nombre", "occurrences", "hits"},
    [CSV_ACTION] = {"action", "verdict", "decision"},
    [CSV_DURATION] = {"duration", "duree", "durations", "dureesecondes"},
    [CSV_BYTES_SENT] = {"bytes_sent", "bytessent", "octetsenvoyes", "bytes", "octets", "bytesout", "srcbytes"},
    [CSV_BYTES_RECEIVED] = {"bytes_received", "bytesreceived", "octetsrecus", "bytesin", "dstbytes"},
    [CSV_PACKETS_SENT] = {"packets_sent", "packetssent", "paquetsenvoyes", "packets", "paquets"},
    [CSV_PACKETS_RECEIVED] = {"packets_received", "packetsreceived", "paquetsrecus"},
};

const char *
arrival_csv_column_name(enum arrival_csv_column column)
{
	ENSURE((unsigned)column < CSV_COLUMNS);
	return columns[column][0];
}

enum arrival_csv_column
arrival_csv_column_ours(struct bytes name)
{
	for (int i = 0; i < CSV_COLUMNS; i++)
		if (bytes_eq(name, bytes_of_cstr(columns[i][0])))
			return (enum arrival_csv_column)i;
	return CSV_COLUMNS;
}

/* The letter under the accent, of Latin-1's part of Unicode (U+00C0 to U+00FF); 0: none. */
static char
plain_letter(uint8_t low)
{
	static const char letters[] = "aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0saaaaaaaceeeeiiii\0nooooo\0ouuuuy\0y";
	return low >= 0xc0 ? letters[low - 0xc0] : 0;
}

size_t
arrival_csv_column_fold(struct bytes name, char out[static ARRIVAL_CSV_COLUMN_NAME_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < name.len && n < ARRIVAL_CSV_COLUMN_NAME_MAX; i++) {
		uint8_t c = bytes_lower(name.at[i]);
		if (c == 0xc3 && i + 1 < name.len) /* U+00C0 to U+00FF in UTF-8 */
			c = (uint8_t)plain_letter((uint8_t)(name.at[++i] | 0x40));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = (char)c;
	}
	return n;
}

enum arrival_csv_column
arrival_csv_column_of(struct bytes header)
{
	char room[ARRIVAL_CSV_COLUMN_NAME_MAX];
	struct bytes name = {(const uint8_t *)room, arrival_csv_column_fold(header, room)};
	enum arrival_csv_column ours = arrival_csv_column_ours(header);
	if (ours != CSV_COLUMNS || name.len == 0)
		return ours;
	for (int i = 0; i < CSV_COLUMNS; i++)
		for (size_t j = 0; j < LENGTH_OF(columns[i]) && columns[i][j] != NULL; j++)
			if (bytes_eq(name, bytes_of_cstr(columns[i][j])))
				return (enum arrival_csv_column)i;
	return CSV_COLUMNS;
}
