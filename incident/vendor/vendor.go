// Package vendor keeps the register of vendors: what each is given, what was observed to go there, and how one is cut off. What
// is declared is compared with what is observed; a host that nobody has declared is unknown, not safe.
package vendor

import (
	"time"

	"jejak/event"
	"jejak/exposure"
)

// ID numbers a vendor of the installation, from 1.
type ID int64

// Vendor is somebody who is given data of people.
type Vendor struct {
	ID            ID             `json:"id,omitempty"`
	Version       int            `json:"version,omitempty" doc:"Of what is known; a change names the version that it changes."`
	Name          string         `json:"name" minLength:"1" maxLength:"100"`
	Purpose       string         `json:"purpose,omitempty" maxLength:"500" doc:"What they do for you, as the public page says it in English."`
	PurposeID     string         `json:"purpose_id,omitempty" maxLength:"500" doc:"The same in Indonesian."`
	Country       string         `json:"country,omitempty" maxLength:"2" doc:"ISO 3166-1, of their seat."`
	Contact       string         `json:"contact,omitempty" maxLength:"300" doc:"Whom to write to. Kept sealed."`
	Public        bool           `json:"public,omitempty" doc:"Whether the public page of sub-processors names them."`
	Services      []Service      `json:"services,omitempty" maxItems:"50"`
	SubProcessors []SubProcessor `json:"sub_processors,omitempty" maxItems:"200"`
	Contract      Contract       `json:"contract,omitzero"`
	Incidents     []PastIncident `json:"incidents,omitempty" maxItems:"200"`
}

// Service is one thing that a vendor does, with the flows of data that it needs.
type Service struct {
	Name  string `json:"name" minLength:"1" maxLength:"100"`
	Flows []Flow `json:"flows,omitempty" maxItems:"50"`
}

// Flow is data that goes to a vendor or comes from one, as it is declared.
type Flow struct {
	Classes       []exposure.Class `json:"classes" minItems:"1" maxItems:"30" doc:"What kinds of data, by their keys in the Fides taxonomy."`
	Direction     Direction        `json:"direction" enum:"to,from,both"`
	Hosts         []string         `json:"hosts" minItems:"1" maxItems:"50" doc:"Where to: api.example.com, or *.example.com for all below."`
	Credential    string           `json:"credential,omitempty" maxLength:"200" doc:"The name of the key that it uses and where that lies; never the key."`
	Basis         Basis            `json:"basis" enum:"consent,contract,legal_obligation,vital_interest,public_task,legitimate_interest"`
	Regions       []string         `json:"regions,omitempty" maxItems:"30" doc:"Countries where the data lies, ISO 3166-1."`
	RetentionDays int              `json:"retention_days" minimum:"0" maximum:"36500" doc:"How long they keep it; 0: not agreed."`
}

// Direction is which way data goes.
type Direction string

// The directions, as we see them.
const (
	To   Direction = "to"
	From Direction = "from"
	Both Direction = "both"
)

// Basis is why data may go there (GDPR Art. 6, UU PDP Art. 20).
type Basis string

// SubProcessor is somebody whom a vendor gives the data on to.
type SubProcessor struct {
	Name    string    `json:"name" minLength:"1" maxLength:"100"`
	Country string    `json:"country,omitempty" maxLength:"2"`
	Purpose string    `json:"purpose,omitempty" maxLength:"300"`
	Since   time.Time `json:"since,omitzero"`
}

// Contract is what was agreed.
type Contract struct {
	From         time.Time `json:"from,omitzero"`
	Until        time.Time `json:"until,omitzero" doc:"When it ended or ends; none: it runs."`
	NoticeHours  int       `json:"notice_hours,omitempty" minimum:"0" maximum:"8760" doc:"Within how many hours they must tell of an incident; 0: not agreed."`
	DeletionDays int       `json:"deletion_days,omitempty" minimum:"0" maximum:"3650" doc:"Within how many days of the end they must delete; 0: not agreed, 30 are taken."`
	Audit        bool      `json:"audit,omitempty" doc:"Whether you may look for yourself."`
}

// PastIncident is one that happened at the vendor.
type PastIncident struct {
	Incident exposure.IncidentID `json:"incident,omitempty"`
	Told     time.Time           `json:"told_at" doc:"When you were told."`
	What     string              `json:"what" maxLength:"1000"`
}

// Limits of the register.
const (
	MaxVendors = 2000
	maxBody    = 256 << 10 // bytes of a record as JSON
)

// installation is whose the register is: not of one project.
const installation event.ProjectID = 0

// Classes are all that a vendor is given, in the order of telling.
func (v *Vendor) Classes() []exposure.Class {
	var all []exposure.Class
	for _, s := range v.Services {
		for _, f := range s.Flows {
			if f.Direction != From {
				all = append(all, f.Classes...)
			}
		}
	}
	return exposure.Sorted(all)
}

// hosts are all that are declared, as they are written.
func (v *Vendor) hosts() (all []string) {
	for _, s := range v.Services {
		for _, f := range s.Flows {
			all = append(all, f.Hosts...)
		}
	}
	return all
}
