"""What people write, by hand, with the verdict that a fair reader would give."""

OPT_OUT = """
BAJA
baja
Baja.
¡BAJA!
BAJA 🙏
*BAJA*
_baja_
"baja"
B A J A
B.A.J.A.
bajaaaa
𝗕𝗔𝗝𝗔
ＢＡＪＡ
b​a​j​a
Baja por favor
baja porfa
Hola, baja por favor. Gracias
Buenas tardes, quiero darme de baja, muchas gracias
quiero darme de baja
Quisiera darme de baja por favor
Solicito la baja
quiero que me den de baja
Me pueden dar de baja por favor?
denme de baja
Dame de baja 😡
dar de baja
darme de baja de la lista
Baja de la lista
baja ya!!!
dar de baja mi número
denme de baja el número
me quiero dar de baja
quiero que me saquen de la lista
Quiero dejar de recibir mensajes
baja x favor
ALTO!!! No más
no envíen más mensajes
¿cómo me doy de baja?
no gracias, no me escriban más
retírenme de la lista
ALTO
alto!
Alto, por favor
STOP
Stop.
stop 🛑
STOP. Gracias
Stop. Thank you
S-T-O-P
STOOOOP
stop stop stop
CANCELAR
cancelar suscripción
cancelar mensajes
SALIR
salir de la lista
Quiero salir de esta lista
NO MOLESTAR
no molesten
No me molesten más
no molestar por favor
UNSUBSCRIBE
unsubscribe me please
Ya no quiero
ya no quiero más
Ya no quiero recibir mensajes
no quiero recibir más mensajes
no quiero recibir publicidad, gracias
No quiero más mensajes
NO ME ESCRIBAN MÁS
no me escriban mas
No me escriba más por favor
no me manden más mensajes
No me envíen nada más
no me contacten más
Déjenme en paz
dejen de escribirme
deja de molestar
eliminarme
elimínenme de la lista
Eliminen mi número por favor
borren mi número
bórrenme
sáquenme de la lista
Sácame de su base de datos
REMOVER
parar
Paren ya
desuscribirme
quiero desuscribirme
Baja. No me escriban más.
no gracias, baja
3
3.
 3
(3)
3️⃣
３
3 - BAJA
opt out
Opt-out
please remove me from your list
Remove me
take me off your list
stop all
STOPALL
please stop messaging me
don't text me again
Don’t contact me anymore
do not contact me
no more messages please
leave me alone
I want to unsubscribe
end
Quit
cancel
SAIR
sair da lista
PARAR
Pare, por favor
DESCADASTRAR
quero me descadastrar
me descadastre por favor
Remova meu número
remova-me da lista
me tire da lista, obrigado
não me mande mais mensagens
Não quero mais receber mensagens
nao quero mais
pare de me enviar mensagens
quero parar de receber mensagens
parem de mandar mensagem
não perturbe
me deixe em paz
Bom dia, cancelar inscrição, obrigada
Olá, quero sair por favor
Por favor, denme de baja de su lista
Me podrían eliminar de la lista
me puedes borrar por favor
solicito baja inmediata
quiero dar de baja mi numero
no me vuelvan a escribir
dejen de enviarme cosas
unsubscribe me from this list
quítame de tu lista
no contactarme
desuscripción
anular suscripción
para de escribirme
favor de darme de baja
baja!!! 😡😡
me tira dessa lista
não quero mais receber isso
PARE DE ME MANDAR MENSAGEM
Buenos días, por favor no me escriban más. Gracias.
No me escriban nunca más
no quiero nada más gracias
por favor paren
ya paren
ya no me manden mensajes
Ya no me escriban por favor
ya no molesten
No quiero que me escriban
no quiero que me contacten más
no quiero que me manden mensajes
No autorizo mensajes
sáquenme de su lista por favor
sáquenme de la lista!!
Eliminar de la lista
borrar mi contacto
borre mi número
elimine mi numero
Elimine mis datos
dar de baja este numero
baja del servicio
baja de whatsapp
quiero la baja del servicio
quiero salirme del grupo
stop whatsapp
Stop sending me messages
stop messages
stop contacting me
do not text
no texts please
cancel subscription
please cancel
please cancel my subscription
opt me out please
quit please
Não me mandem mais mensagens, obrigado
por favor parem de me mandar mensagens
Não me incomodem
quero cancelar a inscrição
Quero sair da lista de transmissão
cancelar o recebimento de mensagens
não desejo receber mensagens
retirar meu número
me exclua da lista
quero ser removido
quero ser excluído da lista
hola baja
baja señores
ok baja
quiero darme de baja ahora
quiero darme de baja del servicio
quiero darme de baja de esto
quiero darme de baja de los mensajes
quiero darme de baja de sus mensajes
darme de baja ya
deseo ser eliminado
quiero ser eliminado de la lista
por favor elimíneme de su base de datos
favor eliminarme de sus registros
borrenme de ahi
"""

OPT_IN = """
ALTA
alta por favor
Alta 🙂
darme de alta
Hola, quiero darme de alta, gracias
START
Start.
unstop
SUSCRIBIR
suscribirme
Quiero suscribirme
quiero volver a recibir mensajes
VOLVER
reactivar
subscribe
please subscribe me
opt in
sign me up again
voltar
Quero voltar a receber mensagens
me inscrever
quiero suscribirme de nuevo
reactivar mi numero
"""

HELD = """
No estoy interesado, baja
Hola, vi su aviso del Corolla pero prefiero que me den de baja de esta lista porque ya compré
Por favor no me den de baja
no quiero darme de baja
no me den de baja
No baja
Soy Juan, baja por favor
BAJA ya compré auto en otra parte
Ya compré auto, no me escriban más por favor
STOP ya no tengo el auto
Hola. ALTO. Ya vendí el vehículo
el auto está dado de baja, quiero dar de baja también estos mensajes
quiero cancelar
quiero cancelar mi suscripción a sus ofertas de autos
no cancelar
stop, vendo mi auto a otro
don't stop
please stop sending me offers about the Toyota, I sold it
I would like to be removed: remove me from the list of Toyota owners
unsubscribe my brother too
unsubscribe me from the promotions but keep the invoices
no me llamen, escríbanme por WhatsApp
Esto es acoso, déjenme en paz o los denuncio
Estoy en el trabajo, no molestar en la mañana
quiero salir de la lista de ofertas de camionetas
baja alta
stop www.ejemplo.cl
Não me mande mais mensagens sobre carros usados
Vendi o carro, podem descadastrar meu telefone
Sair. Já comprei outro carro
Ya no quiero. Vendí el auto ayer
Hola, tengo un Corolla pero no me interesa vender, por favor denme de baja
Estimados, agradecería darme de baja de sus registros de clientes
no quiero que me den de baja
no me borren de la lista
¿Cómo hago para no recibir más? stop
Ya le dije que BAJA!
BAJA del Corolla 2015
quiero saber cómo me doy de baja del sistema de cuotas
el auto está dado de baja
Gracias pero ya no quiero más mensajes de autos
ya no tengo ese auto, eliminen mi número
Please take me off your list, I sold the car last year
Hi, I already bought one. Unsubscribe.
Não tenho mais esse carro, me tirem da lista por favor
quiero cancelar todo
STOP sending these stupid ads
no soy Juan, no me escriban más
Sí, baja
quite mi numero de su lista
si quiero darme de baja
"""

NOTHING = """

🙂
...
👍🏽
hola
Hola, buenas tardes
gracias
no gracias
ok
sí
no
info
INFO
1
2
33
333
3000000
3 autos
tengo 3 autos
opción 3 me interesa
a las 3
3 por favor
quiero bajar el precio
¿Puede bajar el precio?
bájame el precio
no quiero la baja calidad
¿Me baja el precio?
si baja a 8 millones lo compro
¿Cuánto baja por pago al contado?
baja el precio y conversamos
el dólar va a la baja
es de gama baja
Es un auto de baja gama
vivo en la planta baja
la oferta más baja que acepto es 7 millones
Su oferta es muy baja
tiene baja cilindrada
¿La 4x4 tiene alta y baja?
¿tiene reductora, alta o baja?
¿Tiene luz baja LED?
la cuota baja o se mantiene
si la tasa baja me avisa
rebaja
¿me baja 500 lucas?
no baja de 8 millones
¿no baja nada?
la suspensión es baja
la batería está baja
si la bencina baja me lo llevo
soy baja, ¿llego a los pedales?
¿qué tan baja queda la cuota?
no puedo parar de pensar en ese auto
¿me hace una rebaja?
bajaron los precios
trabaja el sábado?
el precio es muy alto
muy alto
está caro, muy alto el precio
tengo un Suzuki Alto 2015
Suzuki, Alto, 2012
¿es alto el kilometraje?
gama alta
¿tiene start stop?
Start/Stop
¿Viene con sistema Start & Stop?
no funciona la luz de stop
cambio de focos stop
I'll stop by tomorrow
can I cancel my appointment?
quiero cancelar mi cita
necesito cancelar la hora de mañana
¿Cuánto debo cancelar de pie?
¿puedo cancelar en cuotas?
quiero cancelar el pie con transferencia
voy a salir de vacaciones
¿A qué hora puedo salir a probar el auto?
¿se puede parar en doble fila?
ya no quiero vender
ya no quiero el Toyota, quiero el Mazda
no me interesa
no quiero molestar, pero ¿sigue disponible?
¿me escriben más tarde?
escríbanme más tarde
no more questions, thanks
the end of the month works
front end damage
remove the dents please
I quit smoking
quero vender meu carro
posso sair para testar o carro?
quero cancelar a visita
volveré mañana
quiero volver a ver el auto
¿cuándo vuelven?
mira https://ejemplo.cl/baja
escríbame a stop@ejemplo.cl
www.baja.cl
stopper
bajada
paralelo
Busco un auto para mi hija, ¿tienen algo barato?
Me interesa el Corolla 2018
Hola! Me interesa el auto
Precio?
es muy alto el precio
Mi auto es un Suzuki Alto
Qué precio más alto
que alto está el valor
bajo consumo
la baja del precio
una baja en el precio
¿hay alguna baja de precio?
hay rebaja?
El precio puede bajar?
Puede bajar un poco
¿Lo más bajo?
cuál es la cuota más baja
la patente está al día
cancelé ayer el saldo
ya cancelé la cuota
quiero cancelar al contado
¿puedo cancelar con tarjeta de crédito?
se puede cancelar en efectivo?
cómo puedo cancelar el auto
cuanto tengo que cancelar
Forma de pago? puedo cancelar por transferencia
salir a manejar
salió rápido
quiero salir de dudas
me quiero salir del crédito actual
Puedo parar a verlo el sábado?
¿se puede parar?
3 puertas
Modelo 3
quiero el 3
1 o 3
el 3
a las 3 pm
cambio a las 3
30
13
03
3.500.000
stop en las luces traseras
luz de freno stop
tercera luz stop
one stop shop
I can't stop by today
never stop improving
end of year sale?
cancel my reservation
remove the roof rack
quiero volver a verlo
vuelvo mañana
cuando vuelvo?
sale a la venta
la caja baja
tracción alta y baja
batería baja
neumático con presión baja
planta baja, local 3
en la baja california
gente de baja estatura
temporada baja
de baja potencia
motor de baja cilindrada
trabajo
subir y bajar
subí y bajé
se baja el vidrio?
¿El vidrio baja bien?
baja velocidad
el portón baja solo
el auto quedó más bajo
no para de llover
para el sábado
sem parar
quero parar na loja
vou sair agora
baixa quilometragem
o preço baixa?
dejar de ser caro
no quiero ese color
no quiero
no me interesa gracias
ya vendí el auto
no tengo auto
número equivocado
quien es?
no molesta para nada
no es molestia
no me escribiste
por qué no me escriben?
no me han escrito
no me llamaron ayer
no me manden el link, ya lo vi
puede eliminar ese rayón?
quitar el polarizado
¿pueden sacar las fotos?
no recibo mensajes
escriban más tarde
Hola, ¿me pueden llamar?
no me llegó la foto
no me han llamado
ya no está disponible?
ya no lo quiero vender
ya no quiero ese precio
ya no tengo el auto
no gracias, ya compré
no por ahora
más adelante
ahora no
no, gracias
el alto mando
alto kilometraje?
muy alto el km
altos y bajos
¿es tracción 4x4 alta, baja?
Lo vendo, pero a la baja no
la suspensión se puede bajar?
bájenle al precio
el valor me parece alto
¿tiene alto el techo?
hasta cuándo está la promoción
quiero salir a probarlo
¿puedo salir manejando el mismo día?
debo cancelar algo antes?
cuánto se cancela al mes
¿el crédito se puede cancelar antes?
cancelo con cheque
parar el auto en bajada
freno de mano no para
me interesa para mañana
¿tienen stop & go?
do you have a stop-start system?
the car won't stop
where does the bus stop?
can I quit the financing plan?
remove snow tires
how much to end the lease?
qual o preço?
posso parar ai hoje?
pare no posto
quero vender e sair de viagem
o carro não sai
não quero esse modelo
não me interessa
quero voltar amanhã
baixo consumo?
la baja potencia no me gusta
¿el asiento baja?
mi suegra es baja de estatura
si me la baja a 9 la llevo
baje el precio
que baje un poco
el auto baja de 10 millones?
¿en cuánto baja?
a cuánto baja el pie
¿cuánto me baja?
"""


def cases() -> list[tuple[str, str]]:
    """Pairs of a text and its expected verdict."""
    tables = {"opt_out": OPT_OUT, "opt_in": OPT_IN, "held": HELD, "nothing": NOTHING}
    return [
        (line, verdict)
        for verdict, table in tables.items()
        for line in table.removeprefix("\n").removesuffix("\n").split("\n")
    ]
